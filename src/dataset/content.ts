import { words } from '../util/words.js'
import type { SparseMatrix } from '../util/sparse.js'
import type { ItemText } from './dataset.js'
import { type Histories, historyOf } from './histories.js'

/** Whether an item has a title, a brand or categories. */
export function hasText(item: ItemText): boolean {
  return Boolean(item.title || item.brand || item.categories?.length)
}

/**
 * Terms of an item: the words of title and brand, each level of its category paths, and the brand
 * as a whole.
 */
export function terms(item: ItemText): string[] {
  const list = words(`${item.title ?? ''} ${item.brand ?? ''}`)
  for (const path of item.categories ?? [])
    for (const level of path) list.push(`category:${level.toLowerCase()}`)
  if (item.brand) list.push(`brand:${item.brand.toLowerCase()}`)
  return list
}

/**
 * TF-IDF vectors of items [numItems, numTerms], rows of length 1 (all zero without text):
 * (1 + ln tf) * ln((1 + n) / (1 + df)), terms that occur in one item only left out.
 */
export function tfidf(items: ItemText[]): SparseMatrix {
  const counts = items.map((item) => countTerms(terms(item)))
  const documentFrequency = new Map<string, number>()
  for (const own of counts)
    for (const term of own.keys())
      documentFrequency.set(term, (documentFrequency.get(term) ?? 0) + 1)
  const column = new Map<string, number>()
  for (const [term, df] of documentFrequency) if (df > 1) column.set(term, column.size)
  const start = new Int32Array(items.length + 1)
  const columns: number[] = []
  const values: number[] = []
  for (const [i, own] of counts.entries()) {
    const from = values.length
    for (const [term, tf] of own) {
      const c = column.get(term)
      if (c === undefined) continue
      columns.push(c)
      values.push(
        (1 + Math.log(tf)) * Math.log((1 + items.length) / (1 + documentFrequency.get(term)!)),
      )
    }
    normalise(values, from)
    start[i + 1] = values.length
  }
  return {
    rows: items.length,
    columns: column.size,
    start,
    column: Int32Array.from(columns),
    value: Float64Array.from(values),
  }
}

function countTerms(list: string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const term of list) counts.set(term, (counts.get(term) ?? 0) + 1)
  return counts
}

function normalise(values: number[], from: number): void {
  let sum = 0
  for (let k = from; k < values.length; k++) sum += values[k] * values[k]
  const scale = sum > 0 ? 1 / Math.sqrt(sum) : 0
  for (let k = from; k < values.length; k++) values[k] *= scale
}

/**
 * Scores items for a user by the words of the train history: the cosine of an item's TF-IDF vector
 * with the sum of those in the history, up to a factor.
 */
export function contentScores(
  content: SparseMatrix,
  train: Histories,
): (user: number) => (item: number) => number {
  const { start, column, value, columns } = content
  return (user) => {
    const profile = new Float64Array(columns)
    for (const item of historyOf(train, user))
      for (let k = start[item]; k < start[item + 1]; k++) profile[column[k]] += value[k]
    return (item) => {
      let sum = 0
      for (let k = start[item]; k < start[item + 1]; k++) sum += value[k] * profile[column[k]]
      return sum
    }
  }
}
