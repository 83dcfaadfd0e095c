import { historyOf } from '../dataset/histories.js'
import type { FeatureContext } from './context.js'

/** A distribution over categories: name -> share; empty when none of the items has a category. */
export type Distribution = Map<string, number>

/**
 * Distribution of the categories of `items`, one entry an interaction. Each interaction spreads
 * weight 1 evenly over its item's categories; items without a category do not count.
 * @param categories - category names of each item [numItems]
 */
export function categoryDistribution(
  items: Iterable<number>,
  categories: string[][],
): Distribution {
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

/** Distribution p_u of the categories in the history of user u. */
export function userDistribution(
  { train, categories }: FeatureContext,
  user: number,
): Distribution {
  return categoryDistribution(historyOf(train, user), categories)
}

/** KL(p || q) = sum p ln(p / q), nats; q has every category of p. NaN for an empty p. */
export function klDivergence(p: Distribution, q: Distribution): number {
  if (p.size === 0) return NaN
  let sum = 0
  for (const [category, share] of p) sum += share * Math.log(share / q.get(category)!)
  return Math.max(0, sum)
}

/** H(p) = -sum p ln p, nats. NaN for an empty p. */
export function entropy(p: Distribution): number {
  if (p.size === 0) return NaN
  let sum = 0
  for (const share of p.values()) sum -= share * Math.log(share)
  return Math.max(0, sum)
}
