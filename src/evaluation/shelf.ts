import { historyOf } from '../dataset/histories.js'
import { type Relevance, relevantOf } from '../dataset/split.js'
import type { TopK } from '../two-tower/engine.js'
import { foldedModel, type SignalInput, type SignalWeights } from '../two-tower/signals.js'

/** Length of a shelf: the items of a user that are looked at. */
export const shelfSize = 50

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

/** The best known items of users, histories left out. */
export function bestKnown(
  { engine, model, knownItems, train }: SignalInput,
  users: Int32Array,
): TopK {
  const k = Math.min(shelfSize, knownItems.length)
  return engine.topK(model, users, knownItems, k, (user) => historyOf(train, user))
}

/** The best new items of users under these weights. */
export function bestNew(input: SignalInput, weights: SignalWeights, users: Int32Array): TopK {
  const k = Math.min(shelfSize, input.newItems.length)
  return input.engine.topK(foldedModel(input, weights), users, input.newItems, k)
}

/** Both lists, under weights on the scale of the known items. */
export function shelvesOf(
  input: SignalInput,
  weights: SignalWeights,
  users: Int32Array,
  known = bestKnown(input, users),
): Shelves {
  return {
    users,
    known,
    numKnown: Math.min(shelfSize, input.knownItems.length),
    fresh: bestNew(input, weights, users),
    numFresh: Math.min(shelfSize, input.newItems.length),
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
  visit: (item: number, rank: number, isNew: boolean) => void,
): void {
  let [k, f] = [n * numKnown, n * numFresh]
  const [lastK, lastF] = [k + numKnown, f + numFresh]
  for (let rank = 1; rank <= shelfSize; rank++) {
    const a = k < lastK && known.items[k] >= 0 ? known.scores[k] : -Infinity
    const b = f < lastF && fresh.items[f] >= 0 ? fresh.scores[f] + offset : -Infinity
    if (a === -Infinity && b === -Infinity) return
    if (a >= b) visit(known.items[k++], rank, false)
    else visit(fresh.items[f++], rank, true)
  }
}

/** ndcg of each user's shelf [n], new items shifted by an offset. */
export function shelfNdcg(shelves: Shelves, later: Relevance, offset = 0): Float64Array {
  return Float64Array.from(shelves.users, (_, n) => {
    const relevant = relevantOf(later, n)
    let [dcg, ideal] = [0, 0]
    mergeShelf(shelves, n, offset, (item, rank) => {
      if (relevant.has(item)) dcg += 1 / Math.log2(rank + 1)
    })
    for (let rank = 1; rank <= Math.min(shelfSize, relevant.size); rank++)
      ideal += 1 / Math.log2(rank + 1)
    return dcg / ideal
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

/** The offset at which this share of the first `k` places is new, by bisection. */
export function offsetOfExposure(shelves: Shelves, share: number, k = shelfSize): number {
  const spread = Math.max(1, ...finite(shelves.known.scores), ...finite(shelves.fresh.scores))
  let [low, high] = [-4 * spread, 4 * spread]
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2
    if (exposureAt(shelves, k, middle) < share) low = middle
    else high = middle
  }
  return high
}

function finite(scores: Float32Array): number[] {
  let largest = 0
  for (const score of scores)
    if (Math.abs(score) < Infinity) largest = Math.max(largest, Math.abs(score))
  return [largest]
}
