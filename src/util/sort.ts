/**
 * Indices sorted by their group, and as they were within each: a counting sort.
 * @param group - of each index, 0 .. numGroups - 1
 */
export function sortByGroup(indices: Int32Array, group: Int32Array, numGroups: number): Int32Array {
  const next = new Int32Array(numGroups + 1)
  for (let k = 0; k < indices.length; k++) next[group[indices[k]] + 1]++
  for (let g = 0; g < numGroups; g++) next[g + 1] += next[g]
  const sorted = new Int32Array(indices.length)
  for (let k = 0; k < indices.length; k++) sorted[next[group[indices[k]]]++] = indices[k]
  return sorted
}

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
