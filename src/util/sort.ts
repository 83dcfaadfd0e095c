/** Entries that are put into their places one by one before runs of them are merged. */
const shortRun = 16

/**
 * Sorts the indices `order[from .. to)` by their keys, in place and stable: insertion into short
 * runs, then merges. `sort` with a comparator copies and calls back, which takes several times as
 * long.
 * @param scratch - as long as `order`
 */
export function sortByKey(
  order: Int32Array,
  [from, to]: readonly [from: number, to: number],
  key: Float64Array,
  scratch: Int32Array,
): void {
  for (let run = from; run < to; run += shortRun)
    insertEach(order, run, Math.min(run + shortRun, to), key)
  for (let width = shortRun; width < to - from; width *= 2)
    for (let run = from; run + width < to; run += 2 * width)
      merge(order, [run, run + width, Math.min(run + 2 * width, to)], key, scratch)
}

function insertEach(order: Int32Array, from: number, to: number, key: Float64Array): void {
  for (let k = from + 1; k < to; k++) {
    const index = order[k]
    let at = k
    for (; at > from && key[order[at - 1]] > key[index]; at--) order[at] = order[at - 1]
    order[at] = index
  }
}

/** Merges two runs that lie one after the other. */
function merge(
  order: Int32Array,
  [from, middle, to]: readonly [from: number, middle: number, to: number],
  key: Float64Array,
  scratch: Int32Array,
): void {
  if (key[order[middle - 1]] <= key[order[middle]]) return
  scratch.set(order.subarray(from, middle), from)
  let [left, right] = [from, middle]
  for (let at = from; left < middle; at++)
    order[at] =
      right < to && key[order[right]] < key[scratch[left]] ? order[right++] : scratch[left++]
}
