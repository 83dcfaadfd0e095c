import { tfidf } from '../dataset/content.js'
import type { Dataset, ItemText } from '../dataset/dataset.js'
import type { Histories } from '../dataset/histories.js'
import type { Split } from '../dataset/split.js'
import type { SparseMatrix } from '../util/sparse.js'

/**
 * Data that a feature may look at: the candidates' train histories, and facts about their items.
 * Deliberately not in it: validation and test interactions.
 */
export interface FeatureContext {
  /** Train histories of all users, oldest interaction first. */
  train: Histories
  /** Candidate users, ascending [n]. */
  users: Int32Array
  /** Train interactions of each item [numItems]. */
  popularity: Int32Array
  /** Text of each item [numItems]. */
  items: ItemText[]
  /** Category names of each item at the chosen level, without repeats [numItems]. */
  categories: string[][]
  /** TF-IDF vectors of the items [numItems, numTerms], rows of length 1; computed on first use. */
  content(): SparseMatrix
}

/**
 * The context of the users with a train history.
 * @param categoryLevel - 1 = the root of a path; a shorter path counts with its deepest level
 */
export function featureContext(
  dataset: Dataset,
  split: Split,
  categoryLevel: number,
): FeatureContext {
  const popularity = new Int32Array(dataset.itemIds.length)
  for (const item of split.train.item) popularity[item]++
  let content: SparseMatrix | undefined
  return {
    train: split.train,
    users: split.trainUsers,
    popularity,
    items: dataset.items,
    categories: dataset.items.map((item) => categoriesAt(item, categoryLevel)),
    content: () => (content ??= tfidf(dataset.items)),
  }
}

/** One for all items without, of which there may be millions. */
const noCategories: string[] = []

function categoriesAt({ categories }: ItemText, level: number): string[] {
  if (!categories?.length) return noCategories
  return [...new Set(categories.map((path) => path[Math.min(level, path.length) - 1]))]
}
