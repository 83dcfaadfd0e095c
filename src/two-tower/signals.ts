import type { Histories } from '../dataset/histories.js'
import { range } from '../util/typed.js'
import type { Engine, TwoTowerModel } from './engine.js'
import type { TextVectors } from './text-vectors.js'

/**
 * What speaks for showing a new item to a user: the dot product at its place on the content map,
 * the cosine of its text with the history, and how popular the known items most like it are. Each
 * is linear in a vector of the user, so that a weighted sum of them is one dot product.
 */
export const signalNames = ['map', 'text', 'popularity'] as const

/** A signal's name. */
export type SignalName = (typeof signalNames)[number]

/** A weight for each of the signals, and an intercept. */
export type SignalWeights = Record<SignalName, number> & { intercept: number }

/** Users and items as far as the shelf knows them. */
export interface SignalInput {
  engine: Engine
  /** Known items at their own vectors, new ones where the content map puts them. */
  model: TwoTowerModel
  text: TextVectors
  train: Histories
  /** Train interactions of each item [numItems]. */
  popularity: Int32Array
  knownItems: Int32Array
  newItems: Int32Array
  /** Of each new item, `similarPopularity` [numNew]. */
  similar: Float32Array
  /** What answers add to each new item's score, the same for all users [numNew]. Default: 0. */
  worth?: Float32Array
}

/**
 * Weight of the popularity of similar items for each unit of the text's cosine. Fixed: fitted on
 * one period it misleads in the next, when other items are popular.
 */
export const popularityShare = 0.1

/** Known items that a new one is compared with. */
const neighbours = 20

/**
 * Of each new item, log(1 + popularity) averaged over the known items most like it by their text,
 * weighted by the cosine, less the mean over all known items [numNew]; 0 where nothing is alike.
 */
export function similarPopularity(input: Omit<SignalInput, 'similar'>): Float32Array {
  const { engine, text, popularity, knownItems, newItems } = input
  const log = (item: number) => Math.log1p(popularity[item])
  const mean = knownItems.reduce((sum, item) => sum + log(item), 0) / knownItems.length
  const k = Math.min(neighbours, knownItems.length)
  const asUsers = { dim: text.dim, users: text.items, items: text.items }
  const { items, scores } = engine.topK(asUsers, newItems, knownItems, k)
  return Float32Array.from(newItems, (_, n) => {
    let [sum, total] = [0, 0]
    for (let j = n * k; j < (n + 1) * k; j++) {
      if (!(scores[j] > 1e-6)) continue
      sum += scores[j] * log(items[j])
      total += scores[j]
    }
    return total > 0 ? sum / total - mean : 0
  })
}

/** The input with only some of its new items. */
export function only(input: SignalInput, newItems: Int32Array): SignalInput {
  const { similar, worth } = input
  const place = new Map(Array.from(input.newItems, (item, k) => [item, k]))
  const pick = (values: Float32Array) => Float32Array.from(newItems, (i) => values[place.get(i)!])
  return { ...input, newItems, similar: pick(similar), ...(worth ? { worth: pick(worth) } : {}) }
}

/** Score of an item for a user: the dot product of their vectors. */
export function scoreOf({ dim, users, items }: TwoTowerModel, user: number, item: number): number {
  return dot(dim, users, user, items, item)
}

/** Signals of a user and a new item, in the order of `signalNames`. */
export function signalsOf(input: SignalInput): (user: number, item: number) => number[] {
  const { model, text, similar, newItems } = input
  const place = new Map(Array.from(newItems, (item, k) => [item, k]))
  return (user, item) => [
    dot(model.dim, model.users, user, model.items, item),
    dot(text.dim, text.users, user, text.items, item),
    similar[place.get(item)!],
  ]
}

function dot(dim: number, a: Float32Array, row: number, b: Float32Array, column: number): number {
  let sum = 0
  for (let d = 0; d < dim; d++) sum += a[row * dim + d] * b[column * dim + d]
  return sum
}

/**
 * Root mean squares of a user's dot product with a new item at its place on the content map, and of
 * the cosine of their texts, as if their vectors had no common direction.
 */
export function rootMeanSquares({ model, text, newItems }: SignalInput): [number, number] {
  const own = (dim: number, users: Float32Array, items: Float32Array) => {
    const all = range(users.length / dim)
    return Math.sqrt((meanSquare(users, dim, all) * meanSquare(items, dim, newItems)) / dim)
  }
  return [own(model.dim, model.users, model.items), own(text.dim, text.users, text.items)]
}

/** Mean squared length of some rows. */
function meanSquare(values: Float32Array, dim: number, rows: Int32Array): number {
  let sum = 0
  for (const row of rows) for (let d = 0; d < dim; d++) sum += values[row * dim + d] ** 2
  return sum / Math.max(1, rows.length)
}

/**
 * Vectors whose dot product is a shelf score: users [e; profile; 1], new items [map v; text x;
 * popularity s + intercept + worth], known items [v; 0; 0], of dimension D + R + 1. A plain dot
 * product in any vector database gives exactly this ranking.
 */
export function foldedModel(input: SignalInput, weights: SignalWeights): TwoTowerModel {
  const { model, text, knownItems, newItems, similar, worth } = input
  const [D, R] = [model.dim, text.dim]
  const dim = D + R + 1
  const numUsers = model.users.length / D
  const users = new Float32Array(numUsers * dim)
  for (let u = 0; u < numUsers; u++) {
    users.set(model.users.subarray(u * D, (u + 1) * D), u * dim)
    users.set(text.users.subarray(u * R, (u + 1) * R), u * dim + D)
    users[u * dim + D + R] = 1
  }
  const items = new Float32Array((model.items.length / D) * dim)
  for (const item of knownItems)
    items.set(model.items.subarray(item * D, (item + 1) * D), item * dim)
  newItems.forEach((item, k) => {
    const row = items.subarray(item * dim, (item + 1) * dim)
    for (let d = 0; d < D; d++) row[d] = weights.map * model.items[item * D + d]
    for (let d = 0; d < R; d++) row[D + d] = weights.text * text.items[item * R + d]
    row[D + R] = weights.popularity * similar[k] + weights.intercept + (worth?.[k] ?? 0)
  })
  return { dim, users, items }
}
