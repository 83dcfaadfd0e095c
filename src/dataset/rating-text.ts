import type { Dataset } from './dataset.js'

/** A text of ratings where nothing is known of their scale. */
export const bareRating = 'rated {}'

/**
 * How a rating of this data set is said, `{}` in place of the number: as the data set says
 * (`ratingText`), else as its ratings tell: `{} stars` for whole and half numbers whose greatest
 * is 5 and least above 0, `{} of 10` for those from 0 to 10, `rated {}` for all others. Undefined
 * without ratings.
 */
export function ratingTextOf({
  ratingText,
  interactions: { rating },
}: Pick<Dataset, 'ratingText' | 'interactions'>): string | undefined {
  if (!rating) return undefined
  if (ratingText !== undefined) return ratingText
  let text = found.get(rating)
  if (text === undefined) found.set(rating, (text = find(rating)))
  return text
}

const found = new WeakMap<Float32Array, string>()

function find(ratings: Float32Array): string {
  let [least, greatest] = [Infinity, -Infinity]
  for (const rating of ratings) {
    if (!Number.isInteger(2 * rating)) return bareRating
    least = Math.min(least, rating)
    greatest = Math.max(greatest, rating)
  }
  if (greatest === 5 && least > 0) return '{} stars'
  return greatest === 10 && least >= 0 ? '{} of 10' : bareRating
}
