import { tfidf } from '../dataset/content.js'
import type { ItemText } from '../dataset/dataset.js'
import { type Histories, historyOf } from '../dataset/histories.js'
import type { SparseMatrix } from '../util/sparse.js'
import { truncatedSvd } from '../util/svd.js'

/** Text of items and users as vectors whose dot products are cosines, row-major float32. */
export interface TextVectors {
  dim: number
  /** Of length 1, or 0 for an item without text [numItems, dim]. */
  items: Float32Array
  /** The sum of the history's items over its own length, 0 without text [numUsers, dim]. */
  users: Float32Array
}

/** Rank of the text vectors, where the texts have as much. */
const textRank = 256

const computed = new WeakMap<
  ItemText[],
  { terms: SparseMatrix; vectors: Float32Array; dim: number }
>()

/** Truncated SVD of the items' TF-IDF; of the same items it is made once. */
function itemVectors(items: ItemText[], rank: number) {
  const known = computed.get(items)
  if (known) return known
  const terms = tfidf(items)
  const { vectors, rank: dim } =
    terms.value.length === 0
      ? { vectors: new Float32Array(items.length), rank: 1 }
      : truncatedSvd(terms, rank)
  const made = { terms, vectors: Float32Array.from(vectors), dim }
  computed.set(items, made)
  return made
}

/** Truncated SVD of TF-IDF, of at most this rank. */
export function textVectors(items: ItemText[], train: Histories, rank = textRank): TextVectors {
  const { terms, vectors: rows, dim } = itemVectors(items, rank)
  const users = new Float32Array((train.start.length - 1) * dim)
  const sum = new Float64Array(terms.columns)
  for (let u = 0; u + 1 < train.start.length; u++) {
    const profile = users.subarray(u * dim, (u + 1) * dim)
    const history = historyOf(train, u)
    const touched: number[] = []
    for (const item of history) {
      for (let d = 0; d < dim; d++) profile[d] += rows[item * dim + d]
      for (let k = terms.start[item]; k < terms.start[item + 1]; k++) {
        touched.push(terms.column[k])
        sum[terms.column[k]] += terms.value[k]
      }
    }
    let square = 0
    for (const column of touched) {
      square += sum[column] ** 2
      sum[column] = 0
    }
    if (square > 0) for (let d = 0; d < dim; d++) profile[d] /= Math.sqrt(square)
  }
  return { dim, items: rows, users }
}
