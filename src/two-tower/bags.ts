import { terms } from '../dataset/content.js'
import type { ItemText } from '../dataset/dataset.js'
import type { Bags, TwoTowerModel } from './engine.js'

/** Rows that all words share, by a hash. Each category and brand has a row to itself. */
const wordBuckets = 8192

/**
 * Tokens of each item for the item tower `bag`: its id, each level of its categories, its brand,
 * and the hashed words of title and brand. `numTokens` is the number of rows that the item table
 * needs.
 */
export function itemBags(items: ItemText[]): { bags: Bags; numTokens: number } {
  const named = new Map<string, number>()
  const firstNamed = items.length + wordBuckets
  const start = new Int32Array(items.length + 1)
  const tokens: number[] = []
  for (const [i, item] of items.entries()) {
    tokens.push(i)
    for (const term of new Set(terms(item))) {
      if (!term.includes(':')) tokens.push(items.length + (hash(term) % wordBuckets))
      else {
        if (!named.has(term)) named.set(term, firstNamed + named.size)
        tokens.push(named.get(term)!)
      }
    }
    start[i + 1] = tokens.length
  }
  return { bags: { start, token: Int32Array.from(tokens) }, numTokens: firstNamed + named.size }
}

/**
 * Turns a model whose item table holds tokens into one with a row an item: the sum of its tokens'
 * rows.
 */
export function composeItems(
  { dim, users, items: table }: TwoTowerModel,
  { start, token }: Bags,
): TwoTowerModel {
  const items = new Float32Array((start.length - 1) * dim)
  for (let i = 0; i + 1 < start.length; i++)
    for (let k = start[i]; k < start[i + 1]; k++)
      for (let d = 0; d < dim; d++) items[i * dim + d] += table[token[k] * dim + d]
  return { dim, users, items }
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let k = 0; k < text.length; k++) value = Math.imul(value ^ text.charCodeAt(k), 0x01000193)
  return value >>> 0
}
