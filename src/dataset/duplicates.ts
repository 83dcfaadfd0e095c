/** Rows of interactions, in the order of the source. */
export interface Rows {
  /** User index [numRows]. */
  user: Int32Array
  /** Item index [numRows]. */
  item: Int32Array
  /** Seconds since 1970-01-01 UTC [numRows]. */
  timestamp?: Float64Array
}

/** A repeated (user, item) pair. */
export interface Repeat {
  /** The row that repeats it. */
  row: number
  /** The row in which the pair comes first. */
  first: number
}

/**
 * Rows [numPairs], ascending, one for each (user, item) pair: its earliest (`first`) or latest
 * (`last`) interaction. Equal timestamps, and no timestamps, fall back on the order of the source.
 */
export function distinctPairs(rows: Rows, which: 'first' | 'last'): Int32Array {
  const { timestamp } = rows
  // Within a pair rows come in source order: `first` is replaced only by something earlier, `last`
  // unless it is later.
  const replaces = {
    first: (row: number, kept: number) =>
      timestamp !== undefined && timestamp[row] < timestamp[kept],
    last: (row: number, kept: number) =>
      timestamp === undefined || timestamp[row] >= timestamp[kept],
  }[which]
  const isKept = new Uint8Array(rows.user.length)
  eachRow(rows, (row, kept) => {
    if (kept !== undefined && !replaces(row, kept)) return kept
    if (kept !== undefined) isKept[kept] = 0
    isKept[row] = 1
    return row
  })
  return indices(isKept)
}

/** How many rows repeat a pair, and the repeat that comes first in the source. */
export function findRepeats(rows: Rows): { count: number; earliest?: Repeat } {
  let count = 0
  let earliest: Repeat | undefined
  eachRow(rows, (row, first) => {
    if (first === undefined) return row
    count++
    if (earliest === undefined || row < earliest.row) earliest = { row, first }
    return first
  })
  return { count, earliest }
}

/**
 * Visits the rows user by user (a counting sort, so linear in time and without a hash of pairs);
 * `visit` gets the row that it returned last for the same pair, and returns the one to remember.
 */
function eachRow(
  { user, item }: Rows,
  visit: (row: number, remembered: number | undefined) => number,
): void {
  const remembered = new Map<number, number>()
  let current = -1
  for (const row of byUser(user)) {
    if (user[row] !== current) remembered.clear()
    current = user[row]
    remembered.set(item[row], visit(row, remembered.get(item[row])))
  }
}

/** Rows [numRows] sorted by user, stable. */
function byUser(user: Int32Array): Int32Array {
  let numUsers = 0
  for (const index of user) if (index >= numUsers) numUsers = index + 1
  const next = new Int32Array(numUsers + 1)
  for (const index of user) next[index + 1]++
  for (let index = 0; index < numUsers; index++) next[index + 1] += next[index]
  const sorted = new Int32Array(user.length)
  for (let row = 0; row < user.length; row++) sorted[next[user[row]]++] = row
  return sorted
}

function indices(flags: Uint8Array): Int32Array {
  let count = 0
  for (const flag of flags) count += flag
  const result = new Int32Array(count)
  let at = 0
  for (let row = 0; row < flags.length; row++) if (flags[row] === 1) result[at++] = row
  return result
}
