import { type Relevance, relevantOf } from '../dataset/split.js'
import type { TopK } from '../two-tower/engine.js'
import { type Examples, fitLogistic, type Logistic } from '../util/logistic.js'

/** An example for each listed item of each user: relevant later, or not. */
export function examplesOf(
  { items }: TopK,
  later: Relevance,
  width: number,
  features: (slot: number, user: number) => number[],
): Examples {
  const k = items.length / later.users.length
  const count = items.reduce((sum, item) => sum + Number(item >= 0), 0)
  const examples = {
    width,
    features: new Float64Array(count * width),
    labels: new Uint8Array(count),
    weights: new Float64Array(count),
  }
  let at = 0
  later.users.forEach((user, n) => {
    const relevant = relevantOf(later, n)
    for (let slot = n * k; slot < (n + 1) * k; slot++) {
      if (items[slot] < 0) continue
      examples.features.set(features(slot, user), at * width)
      examples.labels[at] = relevant.has(items[slot]) ? 1 : 0
      examples.weights[at++] = 1 / relevant.size
    }
  })
  return examples
}

/** Logit of later relevance by the score of a listed item. */
export function scaleOf(lists: TopK, later: Relevance): Logistic {
  return fitLogistic(examplesOf(lists, later, 1, (slot) => [lists.scores[slot]]))
}

/** Slope of the logit of later relevance by the score of a listed item. */
export function slopeOf(lists: TopK, later: Relevance): number {
  return scaleOf(lists, later).coefficients[0]
}
