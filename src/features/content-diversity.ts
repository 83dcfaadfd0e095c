import { historyOf } from '../dataset/histories.js'
import type { SparseMatrix } from '../util/sparse.js'
import { perUser, type UserFeature } from './feature.js'

/** CSD = 1 - mean cosine similarity of the TF-IDF vectors, over all pairs of the user's items. */
export const contentDiversity: UserFeature = {
  name: 'CSD',
  title: 'content-similarity diversity',
  unit: '-',
  needs: ['text'],
  heavyTailed: false,
  compute: perUser(
    (context, user) =>
      1 - meanPairwiseSimilarity(context.content(), historyOf(context.train, user)),
  ),
}

/**
 * Mean cosine similarity over all pairs of the given rows (of length 1, or 0 without text); 1 for
 * a single row, so that a history of one item has diversity 0. Linear in the history, from
 * |sum of rows|^2 = sum of |row|^2 + 2 * sum over pairs.
 */
function meanPairwiseSimilarity(content: SparseMatrix, rows: Int32Array): number {
  if (rows.length < 2) return 1
  const sum = new Map<number, number>()
  let lengths = 0
  for (const row of rows) {
    for (let k = content.start[row]; k < content.start[row + 1]; k++) {
      const value = content.value[k]
      lengths += value * value
      sum.set(content.column[k], (sum.get(content.column[k]) ?? 0) + value)
    }
  }
  let square = 0
  for (const value of sum.values()) square += value * value
  return (square - lengths) / (rows.length * (rows.length - 1))
}
