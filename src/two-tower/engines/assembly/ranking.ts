/* Rankings from blocks of scores, row-major float32, which products elsewhere write. */

/**
 * -Infinity for padding, and for what the rows from `from` on leave out: out[outStart[u] .. outStart[u + 1]).
 * The block holds columns column..column + width, of which those from `count` on are padding.
 */
function leaveOut(block: usize, from: i32, rows: i32, column: i32, width: i32, count: i32, outStart: usize, out: usize): void {
  for (let r = 0; r < rows; r++) {
    const row = block + (<usize>(r * width) << 2)
    const end = load<i32>(outStart + (<usize>(from + r + 1) << 2))
    for (let e = load<i32>(outStart + (<usize>(from + r) << 2)); e < end; e++) {
      const at = load<i32>(out + (<usize>e << 2)) - column
      if (at >= 0 && at < width) store<f32>(row + (<usize>at << 2), -Infinity)
    }
    for (let j = max(0, count - column); j < width; j++) store<f32>(row + (<usize>j << 2), -Infinity)
  }
}

/** The ranking of rows a block of columns at a time. Of each row the k best so far, sorted, and behind them what may displace them. */
let best: usize = 0
let k: i32 = 0
/** How many of each row's keys are sorted, and how many are behind them; the k-th best score. */
let sorted: usize = 0
let waiting: usize = 0
let bound: usize = 0

/** Candidates that wait before they are sorted in: a few, so that the bound stays close, and none is moved far. */
const WAITING: i32 = 16

/** `keys` int64 [rows, k + 16]; the others [rows]. */
export function bindTopK(numBest: i32, keys: usize, numSorted: usize, numWaiting: usize, bounds: usize): void {
  k = numBest
  best = keys
  sorted = numSorted
  waiting = numWaiting
  bound = bounds
}

/** Offers the block [rows, width], columns column..column + width of `count`; the first begins anew. */
export function offer(block: usize, from: i32, rows: i32, column: i32, width: i32, count: i32, outStart: usize, out: usize): void {
  leaveOut(block, from, rows, column, width, count, outStart, out)
  for (let r = 0; r < rows; r++) {
    const at = <usize>r << 2
    if (column === 0) {
      store<i32>(sorted + at, 0)
      store<i32>(waiting + at, 0)
      store<f32>(bound + at, -Infinity)
    }
    offerRow(r, block + (<usize>(r * width) << 2), column, width)
  }
}

/** Few scores get past the k-th best so far: eight are held against it at once. */
function offerRow(r: i32, row: usize, column: i32, width: i32): void {
  const keys = best + (<usize>(r * (k + WAITING)) << 3)
  const waits = keys + (<usize>k << 3)
  let count = load<i32>(waiting + (<usize>r << 2))
  let least = load<f32>(bound + (<usize>r << 2))
  for (let j = 0; j < width; j += 8) {
    const at = row + (<usize>j << 2)
    let passed = i32x4.bitmask(f32x4.gt(v128.load(at), f32x4.splat(least))) | (i32x4.bitmask(f32x4.gt(v128.load(at, 16), f32x4.splat(least))) << 4)
    for (; passed !== 0; passed &= passed - 1) {
      const lane = ctz(passed)
      const score = load<f32>(at + (<usize>lane << 2))
      if (!(score > least)) continue
      store<i64>(waits + (<usize>count << 3), keyOf(score, column + j + lane))
      if (++count < WAITING) continue
      count = 0
      least = sortIn(r, keys, WAITING)
    }
  }
  store<i32>(waiting + (<usize>r << 2), count)
  store<f32>(bound + (<usize>r << 2), least)
}

/** Ends the ranking of a block's rows: columns and scores [rows of all, k], best first, equal scores in the order of the columns; what has no column stays as it is. */
export function ranked(from: i32, rows: i32, positions: usize, scores: usize): void {
  for (let r = 0; r < rows; r++) {
    const keys = best + (<usize>(r * (k + WAITING)) << 3)
    sortIn(r, keys, load<i32>(waiting + (<usize>r << 2)))
    const found = load<i32>(sorted + (<usize>r << 2))
    for (let n = 0; n < found; n++) {
      const key = load<i64>(keys + (<usize>n << 3))
      const at = <usize>((from + r) * k + n) << 2
      store<i32>(positions + at, ~(<i32>key))
      store<f32>(scores + at, scoreOf(key))
    }
  }
}

/** Sorts the first `count` that wait into the best of a row. @returns its k-th best score, -Infinity while there are fewer */
function sortIn(r: i32, keys: usize, count: i32): f32 {
  const waits = keys + (<usize>k << 3)
  for (let n = 1; n < count; n++) {
    const key = load<i64>(waits + (<usize>n << 3))
    let at = n
    for (; at > 0 && load<i64>(waits + (<usize>(at - 1) << 3)) < key; at--) store<i64>(waits + (<usize>at << 3), load<i64>(waits + (<usize>(at - 1) << 3)))
    store<i64>(waits + (<usize>at << 3), key)
  }
  // Both lists fall. From their ends, those that are too many go, and the others find their places; no branch to foretell.
  let i = load<i32>(sorted + (<usize>r << 2)) - 1
  let j = count - 1
  const all = i + j + 2
  const found = min(all, k)
  for (let at = all - 1; j >= 0; at--) {
    const old = i >= 0 ? load<i64>(keys + (<usize>i << 3)) : i64.MAX_VALUE
    const young = load<i64>(waits + (<usize>j << 3))
    const oldGoes = <i32>(old < young)
    if (at < found) store<i64>(keys + (<usize>at << 3), select<i64>(old, young, oldGoes))
    i -= oldGoes
    j -= 1 - oldGoes
  }
  store<i32>(sorted + (<usize>r << 2), found)
  return found === k && k > 0 ? scoreOf(load<i64>(keys + (<usize>(k - 1) << 3))) : -Infinity
}

/** Orders as the scores do, and equal scores the other way round than their columns: the score's bits, then the column's complement. */
function keyOf(score: f32, column: i32): i64 {
  // Plus zero for minus zero.
  const bits = reinterpret<i32>(score + 0)
  return (<i64>(bits ^ ((bits >> 31) & 0x7fffffff)) << 32) | <i64>(<u32>~column)
}

function scoreOf(key: i64): f32 {
  const bits = <i32>(key >> 32)
  return reinterpret<f32>(bits ^ ((bits >> 31) & 0x7fffffff))
}

/**
 * How many of the first `count` columns of a block [rows, width] score above, and as much as, each row's
 * own[ownStart[u] .. ownStart[u + 1]); itself left out. `above` is -1 where its own score is no finite number.
 */
export function places(block: usize, from: i32, rows: i32, width: i32, count: i32, outStart: usize, out: usize, ownStart: usize, own: usize, above: usize, tied: usize): void {
  leaveOut(block, from, rows, 0, width, count, outStart, out)
  for (let r = 0; r < rows; r++) {
    const row = block + (<usize>(r * width) << 2)
    const end = load<i32>(ownStart + (<usize>(from + r + 1) << 2))
    for (let e = load<i32>(ownStart + (<usize>(from + r) << 2)); e < end; e++) {
      const score = load<f32>(row + (<usize>load<i32>(own + (<usize>e << 2)) << 2))
      let greater = i32x4.splat(0)
      let equal = i32x4.splat(0)
      for (let j = 0; j < width; j += 4) {
        const others = v128.load(row + (<usize>j << 2))
        // True is -1.
        greater = i32x4.sub(greater, f32x4.gt(others, f32x4.splat(score)))
        equal = i32x4.sub(equal, f32x4.eq(others, f32x4.splat(score)))
      }
      const finite = abs(score) < Infinity
      store<i32>(above + (<usize>e << 2), finite ? lanes(greater) : -1)
      store<i32>(tied + (<usize>e << 2), lanes(equal) - 1)
    }
  }
}

function lanes(x: v128): i32 {
  return i32x4.extract_lane(x, 0) + i32x4.extract_lane(x, 1) + i32x4.extract_lane(x, 2) + i32x4.extract_lane(x, 3)
}
