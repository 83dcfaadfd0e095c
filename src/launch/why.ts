import { historyOf } from '../dataset/histories.js'
import type { LaunchModel, Vectors } from './model.js'

/**
 * Items of a user's history that are nearest to an item, the nearest first: by the cosine of their
 * texts, or of their places where the item or the whole history has no text. Items with a cosine of
 * 0 or less say nothing and are left out.
 *
 * @param most - number of items at most
 */
export function nearestOfHistory(
  { train, text, places }: LaunchModel,
  user: number,
  item: number,
  most: number,
): number[] {
  const history = [...new Set(historyOf(train, user))]
  const alike = history.map((own) => dot(text, own, item))
  const hasText = dot(text, item, item) > 0 && history.some((own) => dot(text, own, own) > 0)
  if (!hasText) history.forEach((own, k) => (alike[k] = cosine(places, own, item)))
  return history
    .map((_, k) => k)
    .filter((k) => alike[k] > 0)
    .sort((a, b) => alike[b] - alike[a] || a - b)
    .slice(0, most)
    .map((k) => history[k])
}

/** Of text vectors it is the cosine of the texts: they are parts of vectors of length 1. */
function dot({ dim, values }: Vectors, a: number, b: number): number {
  let sum = 0
  for (let d = 0; d < dim; d++) sum += values[a * dim + d] * values[b * dim + d]
  return sum
}

function cosine(vectors: Vectors, a: number, b: number): number {
  const lengths = Math.sqrt(dot(vectors, a, a) * dot(vectors, b, b))
  return lengths > 0 ? dot(vectors, a, b) / lengths : 0
}
