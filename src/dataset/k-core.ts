/** Least number of interactions of each kept user and item. 0 = no limit. */
export interface CoreSize {
  /** Interactions of each user. */
  users: number
  /** Interactions of each item. */
  items: number
}

/**
 * The k-core of the interactions `rows`: users with fewer than `size.users` and items with fewer
 * than `size.items` interactions go, which takes interactions from others, and so on until nothing
 * changes. The order of removal does not matter: the k-core is the largest such subset, and unique.
 * @param user - user of each row [numRows]
 * @param item - item of each row [numRows]
 * @returns kept rows, ascending [numKept]
 */
export function kCore(
  rows: Int32Array,
  user: Int32Array,
  item: Int32Array,
  size: CoreSize,
): Int32Array {
  const numUsers = 1 + maximum(user)
  const numItems = 1 + maximum(item)
  for (;;) {
    const ofUser = count(rows, user, numUsers)
    const ofItem = count(rows, item, numItems)
    const kept = rows.filter(
      (row) => ofUser[user[row]] >= size.users && ofItem[item[row]] >= size.items,
    )
    if (kept.length === rows.length) return rows
    rows = kept
  }
}

function count(rows: Int32Array, of: Int32Array, size: number): Int32Array {
  const counts = new Int32Array(size)
  for (const row of rows) counts[of[row]]++
  return counts
}

/** Math.max(...values) would overflow the stack. */
function maximum(values: Int32Array): number {
  let max = -1
  for (const value of values) if (value > max) max = value
  return max
}
