import { historyOf } from '../dataset/histories.js'
import type { FeatureContext } from './context.js'

/** A distribution over categories: name -> share; empty when no item of it has a category. */
export type Distribution = Map<string, number>

/** p_u: each interaction spreads weight 1 evenly over its item's categories; items without one do not count. */
export function categoryDistribution(items: Iterable<number>, categories: string[][]): Distribution {
  const weight: Distribution = new Map()
  let total = 0
  for (const item of items) {
    const own = categories[item]
    if (own.length === 0) continue
    total++
    for (const category of own) weight.set(category, (weight.get(category) ?? 0) + 1 / own.length)
  }
  for (const [category, w] of weight) weight.set(category, w / total)
  return weight
}

/** The global distribution p, over all train interactions. */
export function globalDistribution({ train, categories }: FeatureContext): Distribution {
  return categoryDistribution(train.item, categories)
}

export function userDistribution(context: FeatureContext, user: number): Distribution {
  return categoryDistribution(historyOf(context.train, user), context.categories)
}

/** KL(p || q), nats; every category of p must be in q. NaN for an empty p. */
export function klDivergence(p: Distribution, q: Distribution): number {
  if (p.size === 0) return NaN
  let sum = 0
  for (const [category, share] of p) sum += share * Math.log(share / q.get(category)!)
  return Math.max(0, sum)
}

/** Entropy, nats. NaN for an empty p. */
export function entropy(p: Distribution): number {
  if (p.size === 0) return NaN
  let sum = 0
  for (const share of p.values()) sum -= share * Math.log(share)
  return Math.max(0, sum)
}
