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
  const ofUser = counts(rows, user)
  const ofItem = counts(rows, item)
  let left = rows.slice()
  for (;;) {
    let kept = 0
    for (let k = 0; k < left.length; k++) {
      const row = left[k]
      if (ofUser[user[row]] >= size.users && ofItem[item[row]] >= size.items) left[kept++] = row
      else {
        ofUser[user[row]]--
        ofItem[item[row]]--
      }
    }
    if (kept === left.length) return left
    left = left.subarray(0, kept)
  }
}

function counts(rows: Int32Array, of: Int32Array): Int32Array {
  const found = new Int32Array(1 + of.reduce((a, b) => Math.max(a, b), -1))
  for (let k = 0; k < rows.length; k++) found[of[rows[k]]]++
  return found
}
