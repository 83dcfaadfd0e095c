import { sharedFloat32, sharedFloat64, sharedInt32 } from '../util/typed.js'
import type { Interactions, ItemText } from './dataset.js'
import type { Content } from './fingerprint.js'
import type { RawData } from './raw-data.js'

/** One for all, of which there may be many. */
const noText: ItemText = {}

/**
 * Takes `rows` into shared memory; users and items get new numbers, in the order of their first
 * appearance. Arrays that lie in shared memory already are written over: `raw` is of no use then.
 * @returns with `userOf`: the new index of each user, -1 for one without rows
 */
export function compact(raw: RawData, rows: Int32Array): Content & { userOf: Int32Array } {
  const users = renumber(rows, raw.user, raw.userIds.length)
  const items = renumber(rows, raw.item, raw.itemIds.length)
  const interactions: Interactions = { user: users.index, item: items.index }
  if (raw.timestamp) interactions.timestamp = gather(rows, raw.timestamp, sharedFloat64)
  if (raw.rating) interactions.rating = gather(rows, raw.rating, sharedFloat32)
  return {
    userIds: pick(raw.userIds, users.old),
    itemIds: pick(raw.itemIds, items.old),
    interactions,
    items: pick(raw.items, items.old).map((text) => text ?? noText),
    ...(raw.ratingText !== undefined && { ratingText: raw.ratingText }),
    userOf: users.renamed,
  }
}

/** The new index of each row [numRows] and of each old index, and the old index of each new one. */
function renumber(rows: Int32Array, of: Int32Array, size: number) {
  const renamed = new Int32Array(size).fill(-1)
  const old = new Int32Array(size)
  let [count, same] = [0, true]
  for (let at = 0; at < rows.length; at++) {
    const was = of[rows[at]]
    if (renamed[was] !== -1) continue
    same &&= was === count
    old[count] = was
    renamed[was] = count++
  }
  const index = gather(rows, of, sharedInt32)
  if (!same) for (let at = 0; at < index.length; at++) index[at] = renamed[index[at]]
  return { index, renamed, old: old.subarray(0, count) }
}

/** Rows are ascending, so an array may be its own target; unless most of it would lie idle. */
function gather<T extends Int32Array | Float32Array | Float64Array>(
  rows: Int32Array,
  from: T,
  allocate: (length: number) => T,
): T {
  const inPlace = from.buffer instanceof SharedArrayBuffer && 2 * rows.length > from.length
  const into = inPlace ? (from.subarray(0, rows.length) as T) : allocate(rows.length)
  for (let at = 0; at < rows.length; at++) into[at] = from[rows[at]]
  return into
}

function pick<T>(values: readonly T[], indices: Int32Array): T[] {
  const picked: T[] = []
  for (let k = 0; k < indices.length; k++) picked.push(values[indices[k]])
  return picked
}
