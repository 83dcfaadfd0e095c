import { sortByKey } from '../util/sort.js'
import { range, sharedFloat32, sharedFloat64, sharedInt32, where } from '../util/typed.js'
import type { Interactions } from './dataset.js'

/** Interactions grouped by user, oldest first: those of user u are at [start[u], start[u + 1]). */
export interface Histories {
  /** Where each user's interactions begin [numUsers + 1]. */
  start: Int32Array
  /** Item index [numInteractions]. */
  item: Int32Array
  /** Seconds since 1970-01-01 UTC [numInteractions]. */
  timestamp?: Float64Array
  /** Stars, or the source's own scale [numInteractions]. */
  rating?: Float32Array
}

/**
 * Groups interactions by user, sorted by time and then by the order of the source.
 * @param chosen - indices of the interactions, ascending; default all
 */
export function histories(
  interactions: Interactions,
  numUsers: number,
  chosen?: Int32Array,
): Histories {
  const { user, item, timestamp, rating } = interactions
  const count = chosen?.length ?? user.length
  const at = (k: number) => (chosen ? chosen[k] : k)
  const start = sharedInt32(numUsers + 1)
  for (let k = 0; k < count; k++) start[user[at(k)] + 1]++
  for (let u = 0; u < numUsers; u++) start[u + 1] += start[u]
  const next = start.slice(0, numUsers)
  const order = new Int32Array(count)
  for (let k = 0; k < count; k++) order[next[user[at(k)]]++] = at(k)
  if (timestamp) {
    const scratch = new Int32Array(count)
    for (let u = 0; u < numUsers; u++)
      sortByKey(order, [start[u], start[u + 1]], timestamp, scratch)
  }
  const result: Histories = { start, item: gather(item, order, sharedInt32(count)) }
  if (timestamp) result.timestamp = gather(timestamp, order, sharedFloat64(count))
  if (rating) result.rating = gather(rating, order, sharedFloat32(count))
  return result
}

/** Item indices of one user's history [n], oldest first; a view, not a copy. */
export function historyOf(all: Histories, user: number): Int32Array {
  return all.item.subarray(all.start[user], all.start[user + 1])
}

/** Histories with further items at the end, by user; without timestamps and ratings. */
export function withLater(
  all: Histories,
  later: ReadonlyMap<number, readonly number[]>,
): Pick<Histories, 'start' | 'item'> {
  const start = all.start.slice()
  let more = 0
  for (let u = 0; u + 1 < start.length; u++) {
    more += later.get(u)?.length ?? 0
    start[u + 1] += more
  }
  const item = new Int32Array(all.item.length + more)
  for (let u = 0; u + 1 < start.length; u++) {
    const own = historyOf(all, u)
    item.set(own, start[u])
    item.set(later.get(u) ?? [], start[u] + own.length)
  }
  return { start, item }
}

/** Users with at least one interaction, ascending. */
export function activeUsers(all: Histories): Int32Array {
  return where(range(all.start.length - 1), (u) => all.start[u + 1] > all.start[u])
}

function gather<T extends Int32Array | Float32Array | Float64Array>(
  source: T,
  order: Int32Array,
  target: T,
): T {
  for (let k = 0; k < order.length; k++) target[k] = source[order[k]]
  return target
}
