import { mean, variance } from 'simple-statistics'
import type { FeatureContext } from './context.js'
import { perUser, type UserFeature } from './feature.js'

/** RV = population variance of the user's ratings: sum (r - AR)^2 / n. */
export const ratingVariance: UserFeature = {
  name: 'RV',
  title: 'rating variance',
  unit: 'rating^2',
  needs: ['ratings'],
  heavyTailed: false,
  compute: perUser((context, user) => variance(ratings(context, user))),
}

/** AR = mean of the user's ratings. */
export const averageRating: UserFeature = {
  name: 'AR',
  title: 'average rating',
  unit: 'rating',
  needs: ['ratings'],
  heavyTailed: false,
  compute: perUser((context, user) => mean(ratings(context, user))),
}

function ratings({ train }: FeatureContext, user: number): number[] {
  const values: number[] = []
  for (let k = train.start[user]; k < train.start[user + 1]; k++) values.push(train.rating![k])
  return values
}
