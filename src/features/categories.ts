import {
  categoryDistribution,
  entropy,
  klDivergence,
  userDistribution,
} from './category-distribution.js'
import { perUser, type UserFeature } from './feature.js'

/** CKLD = KL(p_u || p): the categories of the user's history against those of all interactions. */
export const categoryDivergence: UserFeature = {
  name: 'CKLD',
  title: 'category KL divergence',
  unit: 'nats',
  needs: ['categories'],
  heavyTailed: false,
  compute(context) {
    const p = categoryDistribution(context.train.item, context.categories)
    return Float64Array.from(context.users, (user) =>
      klDivergence(userDistribution(context, user), p),
    )
  },
}

/** EE = exp(H(p_u)): the number of equally frequent categories with the same entropy H. */
export const effectiveCategories: UserFeature = {
  name: 'EE',
  title: 'exponentiated category entropy',
  unit: 'categories',
  needs: ['categories'],
  heavyTailed: false,
  compute: perUser((context, user) => Math.exp(entropy(userDistribution(context, user)))),
}
