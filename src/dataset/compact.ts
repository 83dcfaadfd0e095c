import { sharedFloat32, sharedFloat64, sharedInt32 } from '../util/typed.js'
import type { Interactions, ItemText } from './dataset.js'
import type { Content } from './fingerprint.js'
import type { RawData } from './raw-data.js'

/**
 * Copies `rows` into shared memory; users and items get new numbers, in the order of their first
 * appearance.
 */
export function compact(raw: RawData, rows: Int32Array): Content {
  const users = renumber(rows, raw.user, raw.userIds.length)
  const items = renumber(rows, raw.item, raw.itemIds.length)
  const interactions: Interactions = { user: users.index, item: items.index }
  if (raw.timestamp)
    interactions.timestamp = gather(rows, raw.timestamp, sharedFloat64(rows.length))
  if (raw.rating) interactions.rating = gather(rows, raw.rating, sharedFloat32(rows.length))
  return {
    userIds: users.old.map((index) => raw.userIds[index]),
    itemIds: items.old.map((index) => raw.itemIds[index]),
    interactions,
    items: items.old.map((index): ItemText => raw.items[index] ?? {}),
    ...(raw.ratingText !== undefined && { ratingText: raw.ratingText }),
  }
}

/** The new index of each row [numRows], and the old index of each new one. */
function renumber(
  rows: Int32Array,
  of: Int32Array,
  size: number,
): { index: Int32Array; old: number[] } {
  const renamed = new Int32Array(size).fill(-1)
  const index = sharedInt32(rows.length)
  const old: number[] = []
  for (let at = 0; at < rows.length; at++) {
    const was = of[rows[at]]
    if (renamed[was] === -1) renamed[was] = old.push(was) - 1
    index[at] = renamed[was]
  }
  return { index, old }
}

function gather<T extends Float32Array | Float64Array>(rows: Int32Array, from: T, into: T): T {
  for (let at = 0; at < rows.length; at++) into[at] = from[rows[at]]
  return into
}
