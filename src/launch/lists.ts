import { type Histories, historyOf } from '../dataset/histories.js'
import type { Engine, TopK, TwoTowerModel } from '../two-tower/engine.js'

/** Items that a user may not be shown, besides those of the history. */
export interface Exclusions {
  /** Shown to nobody (out of stock). */
  items: ReadonlySet<number>
  /** Not shown to this user. */
  pairs: ReadonlyMap<number, readonly number[]>
}

/** What lists are made from. */
export interface ListInput {
  engine: Engine
  /** Folded vectors: their dot product is the shelf score. */
  model: TwoTowerModel
  train: Histories
  exclusions: Exclusions
  /**
   * Number of known items, which come first, and of the leading entries of their vectors that are
   * not 0: they are ranked by these alone, several times as fast. Default: all entries count.
   */
  known?: { items: number; dim: number }
}

/** No exclusions. */
export const nothingExcluded: Exclusions = { items: new Set(), pairs: new Map() }

/** Exclusions with further (user, items) pairs. */
export function excludingToo(
  { items, pairs }: Exclusions,
  more: ReadonlyMap<number, readonly number[]>,
): Exclusions {
  const all = new Map(pairs)
  for (const [user, own] of more) all.set(user, [...(all.get(user) ?? []), ...own])
  return { items, pairs: all }
}

/**
 * The best items of each user, histories and exclusions left out.
 *
 * @param candidates - items that may be shown
 * @returns item -1 where a user has fewer than k items left
 */
export function bestOf(
  input: ListInput,
  users: Int32Array,
  candidates: Int32Array,
  k: number,
): TopK {
  const { model, exclusions, known } = input
  const shown = candidates.filter((item) => !exclusions.items.has(item))
  if (known === undefined) return ranked(input, model, users, shown, k)
  const fresh = shown.filter((item) => item >= known.items)
  const old = shown.filter((item) => item < known.items)
  const best = ranked(input, leading(model, known.dim), users, old, k)
  return fresh.length === 0 ? best : merged(best, ranked(input, model, users, fresh, k), k)
}

function ranked(
  { engine, train, exclusions }: ListInput,
  model: TwoTowerModel,
  users: Int32Array,
  items: Int32Array,
  k: number,
): TopK {
  const most = Math.min(k, items.length)
  if (most === 0) return nothing(users.length, k)
  const exclude = (user: number) =>
    Int32Array.from([...historyOf(train, user), ...(exclusions.pairs.get(user) ?? [])])
  return padded(engine.topK(model, users, items, most, exclude), users.length, most, k)
}

/** The model of the leading entries of all vectors. */
function leading({ dim: from, users, items }: TwoTowerModel, dim: number): TwoTowerModel {
  const cut = (values: Float32Array) => {
    const rows = values.length / from
    const out = new Float32Array(rows * dim)
    for (let k = 0; k < rows; k++) out.set(values.subarray(k * from, k * from + dim), k * dim)
    return out
  }
  return { dim, users: cut(users), items: cut(items) }
}

/** The k best of two lists of k for each user; of equals those of the first. */
function merged(a: TopK, b: TopK, k: number): TopK {
  const both = nothing(a.items.length / k, k)
  for (let at = 0; at < a.items.length; at += k) {
    let [i, j] = [at, at]
    for (let slot = at; slot < at + k; slot++) {
      const first = a.items[i] >= 0 && !(b.items[j] >= 0 && b.scores[j] > a.scores[i])
      const [from, place] = first ? [a, i++] : [b, j++]
      both.items[slot] = from.items[place]
      both.scores[slot] = from.scores[place]
    }
  }
  return both
}

/**
 * Lists in which no new item stands for more than `most` users: those with the highest scores keep
 * it, the others get their next best item.
 */
export function capped(
  input: ListInput,
  users: Int32Array,
  candidates: Int32Array,
  k: number,
  newItems: ReadonlySet<number>,
  most: number,
): TopK {
  // Mostly enough to fill the places of capped items.
  const deep = bestOf(input, users, candidates, 4 * k)
  const places = { ...nothing(users.length, k) }
  const queue = users.length === 0 ? [] : byScore(deep, users.length, 4 * k)
  const count = new Map<number, number>()
  const filled = new Int32Array(users.length)
  for (const slot of queue) {
    const n = Math.floor(slot / (4 * k))
    const item = deep.items[slot]
    if (filled[n] === k) continue
    if (newItems.has(item)) {
      const so = count.get(item) ?? 0
      if (so >= most) continue
      count.set(item, so + 1)
    }
    places.items[n * k + filled[n]] = item
    places.scores[n * k + filled[n]++] = deep.scores[slot]
  }
  if (filled.some((count) => count < k)) {
    const known = candidates.filter((item) => !newItems.has(item))
    fill(places, filled, bestOf(input, users, known, k), k)
  }
  return places
}

/** Fills lists up with items that they do not have yet, all of which score lower. */
function fill(places: TopK, filled: Int32Array, more: TopK, k: number): void {
  filled.forEach((count, n) => {
    const own = new Set(places.items.subarray(n * k, n * k + count))
    for (let slot = n * k; slot < (n + 1) * k && count < k; slot++) {
      if (more.items[slot] < 0 || own.has(more.items[slot])) continue
      places.items[n * k + count] = more.items[slot]
      places.scores[n * k + count++] = more.scores[slot]
    }
  })
}

/** Slots with an item, all users' lists together by score relative to the user's best. */
function byScore(lists: TopK, numUsers: number, k: number): number[] {
  const slots: number[] = []
  for (let n = 0; n < numUsers; n++)
    for (let slot = n * k; slot < (n + 1) * k; slot++) if (lists.items[slot] >= 0) slots.push(slot)
  const relative = (slot: number) => lists.scores[slot] - lists.scores[Math.floor(slot / k) * k]
  return slots.sort((a, b) => relative(b) - relative(a) || a - b)
}

/**
 * The best users of each item, those who have it in their history left out.
 *
 * @param items - [n]
 * @returns users [n, k] in the place of items; -1 where there are fewer than k
 */
export function audiences(
  { engine, model, train, exclusions }: ListInput,
  items: Int32Array,
  users: Int32Array,
  k: number,
): TopK {
  const most = Math.min(k, users.length)
  if (most === 0 || items.length === 0) return nothing(items.length, k)
  const turned = { dim: model.dim, users: model.items, items: model.users }
  const owners = new Map<number, number[]>(Array.from(items, (item) => [item, []]))
  for (const user of users) {
    for (const item of historyOf(train, user)) owners.get(item)?.push(user)
    for (const item of exclusions.pairs.get(user) ?? []) owners.get(item)?.push(user)
  }
  const exclude = (item: number) => Int32Array.from(owners.get(item)!)
  return padded(engine.topK(turned, items, users, most, exclude), items.length, most, k)
}

function nothing(rows: number, k: number): TopK {
  return { items: new Int32Array(rows * k).fill(-1), scores: new Float32Array(rows * k).fill(NaN) }
}

/** Lists of `from` entries as lists of `to`. */
function padded(lists: TopK, rows: number, from: number, to: number): TopK {
  if (from === to) return lists
  const wide = nothing(rows, to)
  for (let n = 0; n < rows; n++) {
    wide.items.set(lists.items.subarray(n * from, (n + 1) * from), n * to)
    wide.scores.set(lists.scores.subarray(n * from, (n + 1) * from), n * to)
  }
  return wide
}

/** How lists spread over the new items. */
export interface Spread {
  /** Share of all places that are new. */
  exposure: number
  /** New items that stand in some list. */
  shown: number
  /** The new item that stands in most lists, and for which share of the users; none shown: -1. */
  most: { item: number; share: number }
}

/** Counts how often new items are shown. */
export function spreadOf(lists: TopK, numUsers: number, newItems: ReadonlySet<number>): Spread {
  const count = new Map<number, number>()
  let places = 0
  for (const item of lists.items) {
    if (item < 0) continue
    places++
    if (newItems.has(item)) count.set(item, (count.get(item) ?? 0) + 1)
  }
  const [item, times] = [...count].reduce((a, b) => (b[1] > a[1] ? b : a), [-1, 0])
  const all = [...count.values()].reduce((sum, n) => sum + n, 0)
  return {
    exposure: places === 0 ? 0 : all / places,
    shown: count.size,
    most: { item, share: numUsers === 0 ? 0 : times / numUsers },
  }
}
