import { tfidf } from '../dataset/content.js'
import type { ItemText } from '../dataset/dataset.js'
import { InputError } from '../util/errors.js'
import { truncatedSvd } from '../util/svd.js'

/**
 * Vectors of what the texts of the items say: truncated SVD of their TF-IDF, and a constant 1 as
 * the last entry.
 */
export interface ContentVectors {
  /** Length of a vector: the rank of the SVD, plus 1. */
  dim: number
  /** Vectors [numItems, dim], row-major. */
  values: Float64Array
}

/**
 * Computes the content vectors of items.
 * @param rank - rank of the SVD; lowered to what the texts have
 * @throws InputError when no item has text
 */
export function contentVectors(items: ItemText[], rank: number): ContentVectors {
  const terms = tfidf(items)
  if (terms.value.length === 0)
    throw new InputError(
      'no item has a title, category or brand, which item tower content-map needs',
    )
  const { vectors, rank: kept } = truncatedSvd(terms, rank)
  const dim = kept + 1
  const values = new Float64Array(items.length * dim).fill(1)
  for (let i = 0; i < items.length; i++)
    values.set(vectors.subarray(i * kept, (i + 1) * kept), i * dim)
  return { dim, values }
}
