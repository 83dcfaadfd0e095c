import { type Histories, historyOf } from '../dataset/histories.js'
import { type Relevance, relevantOf } from '../dataset/split.js'
import { idealDcg } from './metrics.js'
import type { Engine, TopK, TwoTowerModel } from '../two-tower/engine.js'
import { foldedModel, type SignalInput, type SignalWeights } from '../two-tower/signals.js'

/** Length of a shelf: the items of a user that are looked at. */
export const shelfSize = 50

/** Known and new items as a shop shows them together, and what users chose later. */
export interface ShelfTask {
  /** All later choices, of known and of new items. */
  later: Relevance
  knownItems: Int32Array
  newItems: Int32Array
  /** Histories, whose items are left out. */
  train: Histories
}

/** The best known items and the best new ones of some users, each list best first. */
export interface Shelves {
  users: Int32Array
  known: TopK
  /** Known items of each user. */
  numKnown: number
  fresh: TopK
  /** New items of each user. */
  numFresh: number
}

/** What the lists of known items are made from. */
export interface KnownInput extends Pick<ShelfTask, 'knownItems' | 'train'> {
  engine: Engine
  model: TwoTowerModel
}

/** The best known items of users, histories left out. */
export function bestKnown(
  { engine, model, knownItems, train }: KnownInput,
  users: Int32Array,
  length = shelfSize,
): TopK {
  const k = Math.min(length, knownItems.length)
  return engine.topK(model, users, knownItems, k, (user) => historyOf(train, user))
}

/** The best new items of users under these weights. */
export function bestNew(
  input: SignalInput,
  weights: SignalWeights,
  users: Int32Array,
  length = shelfSize,
): TopK {
  const k = Math.min(length, input.newItems.length)
  return input.engine.topK(foldedModel(input, weights), users, input.newItems, k)
}

/** Both lists, under weights on the scale of the known items. */
export function shelvesOf(
  input: SignalInput,
  weights: SignalWeights,
  users: Int32Array,
  known?: TopK,
  length = shelfSize,
): Shelves {
  return {
    users,
    known: known ?? bestKnown(input, users, length),
    numKnown: Math.min(length, input.knownItems.length),
    fresh: bestNew(input, weights, users, length),
    numFresh: Math.min(length, input.newItems.length),
  }
}

/**
 * Merges a user's two lists by score, new items shifted by an offset.
 *
 * @param n - place of the user
 * @param visit - called with each item, from rank 1 on
 */
export function mergeShelf(
  { known, numKnown, fresh, numFresh }: Shelves,
  n: number,
  offset: number,
  visit: (item: number, rank: number, isNew: boolean, score: number) => void,
  length = shelfSize,
): void {
  let [k, f] = [n * numKnown, n * numFresh]
  const [lastK, lastF] = [k + numKnown, f + numFresh]
  for (let rank = 1; rank <= length; rank++) {
    const a = k < lastK && known.items[k] >= 0 ? known.scores[k] : -Infinity
    const b = f < lastF && fresh.items[f] >= 0 ? fresh.scores[f] + offset : -Infinity
    if (a === -Infinity && b === -Infinity) return
    if (a >= b) visit(known.items[k++], rank, false, a)
    else visit(fresh.items[f++], rank, true, b)
  }
}

/**
 * Users' shelves as lists of items, best first, -1 where a list has ended [n, length].
 *
 * @param offset - by which new items are shifted
 */
export function shelfLists(shelves: Shelves, offset: number, length = shelfSize): Int32Array {
  const items = new Int32Array(shelves.users.length * length).fill(-1)
  for (let n = 0; n < shelves.users.length; n++)
    mergeShelf(shelves, n, offset, (item, rank) => (items[n * length + rank - 1] = item), length)
  return items
}

/** ndcg of each user's shelf [n], new items shifted by an offset. */
export function shelfNdcg(shelves: Shelves, later: Relevance, offset = 0): Float64Array {
  return Float64Array.from(shelves.users, (_, n) => {
    const relevant = relevantOf(later, n)
    let dcg = 0
    mergeShelf(shelves, n, offset, (item, rank) => {
      if (relevant.has(item)) dcg += 1 / Math.log2(rank + 1)
    })
    return dcg / idealDcg(shelfSize, relevant.size)
  })
}

/** ndcg of each user's new items, ranked among themselves [n]. */
export function newNdcg(
  input: SignalInput,
  weights: SignalWeights,
  laterNew: Relevance,
): Float64Array {
  const { users } = laterNew
  const none = { items: new Int32Array(0), scores: new Float32Array(0) }
  const numFresh = Math.min(shelfSize, input.newItems.length)
  const fresh = bestNew(input, weights, users)
  return shelfNdcg({ users, known: none, numKnown: 0, fresh, numFresh }, laterNew)
}

/** Share of the first `k` places that are new, new items shifted by an offset. */
export function exposureAt(shelves: Shelves, k: number, offset = 0): number {
  let [shown, places] = [0, 0]
  for (let n = 0; n < shelves.users.length; n++)
    mergeShelf(shelves, n, offset, (_, rank, isNew) => {
      if (rank > k) return
      places++
      if (isNew) shown++
    })
  return places === 0 ? 0 : shown / places
}

/**
 * The offset at which this share of the first `k` places is new. A user's f-th best new item is
 * among the first k if, with the offset, it beats the (k - f + 1)-th best known one: the offset is
 * a quantile of what the new items lack for that.
 */
export function offsetOfExposure(shelves: Shelves, share: number, k = shelfSize): number {
  const { users, known, numKnown, fresh, numFresh } = shelves
  const lacking: number[] = []
  let places = 0
  for (let n = 0; n < users.length; n++) {
    const knownAt = (rank: number) => (rank <= numKnown ? n * numKnown + rank - 1 : -1)
    const scoreOf = (slot: number) =>
      slot < 0 || known.items[slot] < 0 ? -Infinity : known.scores[slot]
    for (let f = 1; f <= Math.min(k, numFresh); f++) {
      const slot = n * numFresh + f - 1
      if (fresh.items[slot] < 0) break
      lacking.push(scoreOf(knownAt(k - f + 1)) - fresh.scores[slot])
    }
    const filled = (lists: TopK, from: number, count: number) =>
      lists.items.subarray(from, from + count).filter((item) => item >= 0).length
    const there = filled(known, n * numKnown, numKnown) + filled(fresh, n * numFresh, numFresh)
    places += Math.min(k, there)
  }
  // Where known items are too few for k places, some new ones lack nothing: they are always shown.
  const sorted = Float64Array.from(lacking.filter((lack) => lack > -Infinity)).sort()
  const always = lacking.length - sorted.length
  const shown = Math.min(sorted.length, Math.max(0, Math.round(share * places) - always))
  const [first = 0, last = 0] = [sorted[0], sorted.at(-1)]
  const [below, above] = [sorted[shown - 1] ?? first - 2, sorted[shown] ?? last + 2]
  return (below + above) / 2
}
