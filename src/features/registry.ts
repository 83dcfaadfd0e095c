import { mean, median, variance } from 'simple-statistics'
import { historyOf } from '../dataset/histories.js'
import { InputError, oneOf, quote } from '../util/errors.js'
import { entropy, globalDistribution, klDivergence, userDistribution } from './category-distribution.js'
import type { FeatureContext } from './context.js'
import { meanPairwiseSimilarity } from './similarity.js'

type Need = 'ratings' | 'categories' | 'text'

/** A user feature: one number a user, from the user's train history alone. */
export interface UserFeature {
  name: string
  title: string
  unit: string
  /** Fields of the data it cannot do without. */
  needs: Need[]
  /** Spread over orders of magnitude: log1p before scaling, unless told otherwise. */
  heavyTailed: boolean
  /** The value of each of `context.users` [n]; NaN where the user's history has nothing to compute it from. */
  compute(context: FeatureContext): Float64Array
}

function perUser(value: (context: FeatureContext, user: number) => number) {
  return (context: FeatureContext) => Float64Array.from(context.users, (user) => value(context, user))
}

const popularities = (context: FeatureContext, user: number) =>
  Array.from(historyOf(context.train, user), (item) => context.popularity[item])

const ratings = ({ train }: FeatureContext, user: number) =>
  Array.from(train.rating!.subarray(train.start[user], train.start[user + 1]))

/** The eight features of arXiv 2511.21989, as this project defines them; further ones are one line here. */
export const featureRegistry: readonly UserFeature[] = [
  { name: 'MP', title: 'median popularity', unit: 'interactions', needs: [], heavyTailed: true, compute: perUser((c, u) => median(popularities(c, u))) },
  { name: 'AP', title: 'average popularity', unit: 'interactions', needs: [], heavyTailed: true, compute: perUser((c, u) => mean(popularities(c, u))) },
  { name: 'RV', title: 'rating variance', unit: 'stars^2', needs: ['ratings'], heavyTailed: false, compute: perUser((c, u) => variance(ratings(c, u))) },
  { name: 'AR', title: 'average rating', unit: 'stars', needs: ['ratings'], heavyTailed: false, compute: perUser((c, u) => mean(ratings(c, u))) },
  { name: 'CKLD', title: 'category KL divergence', unit: 'nats', needs: ['categories'], heavyTailed: false, compute: categoryDivergence },
  { name: 'CSD', title: 'content-similarity diversity', unit: '-', needs: ['text'], heavyTailed: false, compute: perUser((c, u) => 1 - meanPairwiseSimilarity(c.content(), historyOf(c.train, u))) },
  { name: 'EE', title: 'exponentiated category entropy', unit: 'categories', needs: ['categories'], heavyTailed: false, compute: perUser((c, u) => Math.exp(entropy(userDistribution(c, u)))) },
  { name: 'V', title: 'volume (history size)', unit: 'interactions', needs: [], heavyTailed: true, compute: perUser((c, u) => historyOf(c.train, u).length) },
]

function categoryDivergence(context: FeatureContext): Float64Array {
  const global = globalDistribution(context)
  return Float64Array.from(context.users, (user) => klDivergence(userDistribution(context, user), global))
}

/** @throws InputError naming the features there are. */
export function featureByName(name: string): UserFeature {
  const found = featureRegistry.find((feature) => feature.name === name)
  if (!found) throw new InputError(`unknown feature ${quote(name)}; known: ${oneOf(featureRegistry.map((f) => f.name))}`)
  return found
}

/** Why a feature cannot be computed on this data, or undefined if it can. */
export function unavailable(feature: UserFeature, context: FeatureContext): string | undefined {
  const has: Record<Need, boolean> = {
    ratings: context.train.rating !== undefined,
    categories: context.categories.some((own) => own.length > 0),
    text: context.content().value.length > 0,
  }
  const missing = feature.needs.filter((need) => !has[need])
  return missing.length === 0 ? undefined : `the data has no ${missing.join(' and no ')}`
}
