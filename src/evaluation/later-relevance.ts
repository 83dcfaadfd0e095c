import { type Relevance, relevantOf } from '../dataset/split.js'
import type { TopK } from '../two-tower/engine.js'
import { type Examples, fitLogistic } from '../util/logistic.js'

/** An example for each listed item of each user: relevant later, or not. */
export function examplesOf(
  { items }: TopK,
  later: Relevance,
  width: number,
  features: (slot: number, user: number) => number[],
): Examples {
  const k = items.length / later.users.length
  const rows: number[] = []
  const labels: number[] = []
  const weights: number[] = []
  later.users.forEach((user, n) => {
    const relevant = relevantOf(later, n)
    for (let slot = n * k; slot < (n + 1) * k; slot++) {
      if (items[slot] < 0) continue
      rows.push(...features(slot, user))
      labels.push(relevant.has(items[slot]) ? 1 : 0)
      weights.push(1 / relevant.size)
    }
  })
  return {
    width,
    features: Float64Array.from(rows),
    labels: Uint8Array.from(labels),
    weights: Float64Array.from(weights),
  }
}

/** Slope of the logit of later relevance by the score of a listed item. */
export function slopeOf(lists: TopK, later: Relevance): number {
  return fitLogistic(examplesOf(lists, later, 1, (slot) => [lists.scores[slot]])).coefficients[0]
}
