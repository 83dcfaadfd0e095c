import { mean, median } from 'simple-statistics'
import type { FeatureContext } from './context.js'
import { perUser, type UserFeature } from './feature.js'

/** MP = median over the items i of the user's history of pop(i), their train interactions. */
export const medianPopularity: UserFeature = {
  name: 'MP',
  title: 'median popularity',
  unit: 'interactions',
  needs: [],
  heavyTailed: true,
  compute: perUser((context, user) => median(popularities(context, user))),
}

/** AP = mean over the items i of the user's history of pop(i), their train interactions. */
export const averagePopularity: UserFeature = {
  name: 'AP',
  title: 'average popularity',
  unit: 'interactions',
  needs: [],
  heavyTailed: true,
  compute: perUser((context, user) => mean(popularities(context, user))),
}

function popularities({ train, popularity }: FeatureContext, user: number): number[] {
  const values: number[] = []
  for (let k = train.start[user]; k < train.start[user + 1]; k++)
    values.push(popularity[train.item[k]])
  return values
}
