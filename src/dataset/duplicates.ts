import { sortByGroup } from '../util/sort.js'
import { where } from '../util/typed.js'
import type { RawData } from './raw-data.js'

/** A repeated (user, item) pair. */
export interface Repeat {
  /** The row that repeats it. */
  row: number
  /** The row in which the pair comes first. */
  first: number
}

/** What becomes of rows that repeat each other. */
export interface DistinctPairs {
  /** A row for each (user, item) pair, ascending [numPairs]. */
  kept: Int32Array
  /** The repeat that comes first in the source; absent where there is none. */
  earliest?: Repeat
}

/**
 * Keeps a row of each (user, item) pair: its earliest (`first`) or latest (`last`) interaction.
 * Equal timestamps, and no timestamps, fall back on the order of the source. Rows are visited user
 * by user, and each item remembers its last row: linear in time, without a hash of pairs.
 * @param rows - ascending
 */
export function distinctPairs(
  { user, item, timestamp, userIds, itemIds }: RawData,
  rows: Int32Array,
  which: 'first' | 'last',
): DistinctPairs {
  // Within a pair rows come in source order: `first` is replaced only by something earlier, `last`
  // unless it is later.
  const replaces = {
    first: (row: number, kept: number) =>
      timestamp !== undefined && timestamp[row] < timestamp[kept],
    last: (row: number, kept: number) =>
      timestamp === undefined || timestamp[row] >= timestamp[kept],
  }[which]
  const dropped = new Uint8Array(user.length)
  const remembered = new Int32Array(itemIds.length).fill(-1)
  let earliest: Repeat | undefined
  for (const row of sortByGroup(rows, user, userIds.length)) {
    const kept = remembered[item[row]]
    const repeats = kept >= 0 && user[kept] === user[row]
    if (repeats && (earliest === undefined || row < earliest.row)) earliest = { row, first: kept }
    const takes = !repeats || replaces(row, kept)
    if (repeats) dropped[takes ? kept : row] = 1
    if (takes) remembered[item[row]] = row
  }
  if (earliest === undefined) return { kept: rows }
  return { kept: where(rows, (row) => dropped[row] === 0), earliest }
}
