import { average } from '../util/statistics.js'
import type { Pairs } from './engine.js'

/** A preference as item towers learn from it: a user prefers one item to another (indices). */
export interface Preference {
  /** User index. */
  user: number
  /** Index of the preferred item. */
  preferred: number
  /** Index of the other item. */
  other: number
  /** log(P(preferred) / P(other)), nats, >= 0; absent = certain. */
  margin?: number
  /** Weight relative to other pairs; absent = 1. */
  weight?: number
}

/** Pairs with a probability for each answer. */
export interface GradedPairs extends Pairs {
  /** Probability that `chosen` is the better one [numPairs]; absent = 1. */
  target?: Float32Array
}

/**
 * Pairs as arrays [numPairs].
 * @param margins - whether to weight each pair by tanh(margin / 2) = 2 P(preferred) - 1, scaled to
 * mean 1; a pair without a margin counts as certain. A pair's own weight multiplies. Default false.
 */
export function pairArrays(pairs: readonly Preference[], margins = false): Pairs {
  const [user, chosen, rejected] = Array.from({ length: 3 }, () => new Int32Array(pairs.length))
  for (const [k, pair] of pairs.entries()) {
    user[k] = pair.user
    chosen[k] = pair.preferred
    rejected[k] = pair.other
  }
  const arrays = { user, chosen, rejected }
  const weighted = margins || pairs.some(({ weight }) => weight !== undefined)
  if (pairs.length === 0 || !weighted) return arrays
  const sureness = (margin: number) => (1 - Math.exp(-margin)) / (1 + Math.exp(-margin))
  const weight = Float32Array.from(
    pairs,
    ({ margin = Infinity, weight = 1 }) => weight * (margins ? sureness(margin) : 1),
  )
  const mean = average(weight)
  return { ...arrays, weight: mean > 0 ? weight.map((w) => w / mean) : weight.fill(1) }
}

/** Pairs as arrays, with the probability of each answer, 1 / (1 + e^-margin), as its target. */
export function gradedPairs(pairs: readonly Preference[]): GradedPairs {
  const target = Float32Array.from(pairs, ({ margin = Infinity }) => 1 / (1 + Math.exp(-margin)))
  return { ...pairArrays(pairs), target }
}
