/** Least number of interactions that a user or an item must keep. 0 = no limit. */
export interface CoreSize {
  users: number
  items: number
}

/** What k-core left: rows of the interactions, ascending, and how often it went round. */
export interface Core {
  /** Kept rows [numKept], ascending. */
  rows: Int32Array
  rounds: number
}

/**
 * The k-core of the interactions `rows`: users with fewer than `size.users` and items with fewer than `size.items`
 * interactions go, which takes interactions from others, and so on until nothing changes. The result does not depend
 * on the order of removal (the k-core is the largest such subset, and unique).
 */
export function kCore(rows: Int32Array, user: Int32Array, item: Int32Array, size: CoreSize): Core {
  const numUsers = 1 + maximum(user)
  const numItems = 1 + maximum(item)
  for (let rounds = 0; ; rounds++) {
    const ofUser = count(rows, user, numUsers)
    const ofItem = count(rows, item, numItems)
    const kept = rows.filter((row) => ofUser[user[row]] >= size.users && ofItem[item[row]] >= size.items)
    if (kept.length === rows.length) return { rows, rounds }
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
