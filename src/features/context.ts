import { tfidf } from '../dataset/content.js'
import type { Dataset, ItemText } from '../dataset/dataset.js'
import type { Histories } from '../dataset/histories.js'
import type { Split } from '../dataset/split.js'
import type { SparseMatrix } from '../util/sparse.js'

/** What a feature may look at: the candidates' train histories and what is known of the items in them. */
export interface FeatureContext {
  train: Histories
  /** Candidate users, ascending [n]. */
  users: Int32Array
  /** Train interactions of each item [numItems]. */
  popularity: Int32Array
  items: ItemText[]
  /** Category names of each item at the chosen level, without repeats [numItems]. */
  categories: string[][]
  /** Content vectors, made on first use. */
  content(): SparseMatrix
}

/** @param categoryLevel - 1 = the root of a path; a path that is shorter counts with its deepest level. */
export function featureContext(dataset: Dataset, split: Split, categoryLevel: number): FeatureContext {
  const popularity = new Int32Array(dataset.itemIds.length)
  for (const item of split.train.item) popularity[item]++
  let content: SparseMatrix | undefined
  return {
    train: split.train,
    users: split.trainUsers,
    popularity,
    items: dataset.items,
    categories: dataset.items.map((item) => [
      ...new Set((item.categories ?? []).map((path) => path[Math.min(categoryLevel, path.length) - 1])),
    ]),
    content: () => (content ??= tfidf(dataset.items)),
  }
}
