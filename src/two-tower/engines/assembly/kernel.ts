import { gemm, transpose } from './gemm'
import { masked, softmaxRow } from './softmax'

/*
 * The two-tower model's training step. All pointers are byte addresses laid out by the caller (engines/wasm.ts):
 * matrices are row-major float32 with rows of `dim` floats (a multiple of 8, padded with zeros).
 */

let dim: i32 = 0
let users: usize = 0
let items: usize = 0
let userSquares: usize = 0
let itemSquares: usize = 0
/** Position of a row among those touched in this step, -1 if it is not; one int32 a row. */
let userSlots: usize = 0
let itemSlots: usize = 0
/** Rows touched in this step [n], and their gradients [n, dim]. */
let touchedUsers: usize = 0
let touchedItems: usize = 0
let userGradients: usize = 0
let itemGradients: usize = 0
let numTouchedUsers: i32 = 0
let numTouchedItems: i32 = 0

/** User and item of each place of the batch. */
let batchUser: usize = 0
let batchItem: usize = 0
let logQ: usize = 0
/** Tokens of item i: bagToken[bagStart[i] .. bagStart[i + 1]); 0 = every item is its own only token. */
let bagStart: usize = 0
let bagToken: usize = 0
let pairUser: usize = 0
let pairChosen: usize = 0
let pairRejected: usize = 0
let pairWeights: usize = 0
/** The gathered batch: U, V, their gradients dU, dV and V^T [batch, dim]; S [batch, stride of S]. */
let U: usize = 0
let V: usize = 0
let VT: usize = 0
let dU: usize = 0
let dV: usize = 0
let S: usize = 0
/** -log q of each column of S [batch]; probability of each row's own column, where a dense core elsewhere writes it. */
let bias: usize = 0
let probability: usize = 0
/** Tile of gemm [4, batch]. */
let tile: usize = 0
/** Last place of each item in the batch, -1 = none [numItems]; the place before with the same item [batch]. */
let lastPlace: usize = 0
let samePlace: usize = 0

let inverseT: f32 = 1
let learningRate: f32 = 0
let pairWeight: f32 = 0
let joint: bool = false

let softmaxSum: f64 = 0
let pairSum: f64 = 0

/** First address that is free for the caller. */
export function heapBase(): usize {
  return __heap_base
}

export function bindModel(d: i32, u: usize, i: usize, u2: usize, i2: usize): void {
  dim = d
  users = u
  items = i
  userSquares = u2
  itemSquares = i2
}

export function bindStep(us: usize, is: usize, tu: usize, ti: usize, gu: usize, gi: usize): void {
  userSlots = us
  itemSlots = is
  touchedUsers = tu
  touchedItems = ti
  userGradients = gu
  itemGradients = gi
  numTouchedUsers = 0
  numTouchedItems = 0
}

export function bindBatch(user: usize, item: usize, u: usize, v: usize, vt: usize, du: usize, dv: usize, s: usize, b: usize, p: usize, t: usize, last: usize, same: usize): void {
  batchUser = user
  batchItem = item
  U = u
  V = v
  VT = vt
  dU = du
  dV = dv
  S = s
  bias = b
  probability = p
  tile = t
  lastPlace = last
  samePlace = same
}

export function bindData(q: usize): void {
  logQ = q
}

export function bindBags(start: usize, token: usize): void {
  bagStart = start
  bagToken = token
}

export function bindPairs(user: usize, chosen: usize, rejected: usize, weights: usize): void {
  pairUser = user
  pairChosen = chosen
  pairRejected = rejected
  pairWeights = weights
}

export function configure(temperature: f32, rate: f32, weight: f32, pairsMoveUsers: bool): void {
  inverseT = 1 / temperature
  learningRate = rate
  pairWeight = weight
  joint = pairsMoveUsers
}

/** BPR alone, in batches of `order`; only rows of items whose slot is not -2 move, and no users. */
export function fit(order: usize, n: i32, batchSize: i32): void {
  pairSum = 0
  joint = false
  for (let from = 0; from < n; from += batchSize) {
    begin()
    pairStep(order + (<usize>from << 2), min(batchSize, n - from))
    update()
  }
}

/** Sums over the steps since the call of `fit` or `resetLosses`. */
export function softmaxLoss(): f64 {
  return softmaxSum
}

export function pairLoss(): f64 {
  return pairSum
}

export function resetLosses(): void {
  softmaxSum = 0
  pairSum = 0
}

export function touchedUserCount(): i32 {
  return numTouchedUsers
}

export function touchedItemCount(): i32 {
  return numTouchedItems
}

/** out[m, n] = A [m, k] times the transposed B [k, n]; m and n multiples of 8. */
export function product(A: usize, m: i32, B: usize, n: i32, k: i32, out: usize): void {
  gemm(A, k, 1, B, n, out, n, m, n, k, 0)
}

export function transposed(from: usize, rows: i32, cols: i32, to: usize): void {
  transpose(from, cols, to, rows, rows, cols)
}

/** -Infinity for padding, columns count..width, and for what the rows from `from` on leave out: out[outStart[u] .. outStart[u + 1]). */
function leaveOut(block: usize, from: i32, rows: i32, width: i32, count: i32, outStart: usize, out: usize): void {
  for (let r = 0; r < rows; r++) {
    const row = block + (<usize>(r * width) << 2)
    const end = load<i32>(outStart + (<usize>(from + r + 1) << 2))
    for (let e = load<i32>(outStart + (<usize>(from + r) << 2)); e < end; e++) store<f32>(row + (<usize>load<i32>(out + (<usize>e << 2)) << 2), -Infinity)
    for (let j = count; j < width; j++) store<f32>(row + (<usize>j << 2), -Infinity)
  }
}

/**
 * The k best of the first `count` columns of scores for each row of a block [rows, width], best first; equal scores in the order
 * of the columns. A place without a column keeps what is in `positions` and `best`, which are those of all rows.
 */
export function topK(block: usize, from: i32, rows: i32, width: i32, count: i32, outStart: usize, out: usize, k: i32, positions: usize, best: usize): void {
  leaveOut(block, from, rows, width, count, outStart, out)
  for (let r = 0; r < rows; r++) {
    const at = <usize>((from + r) * k) << 2
    bestOfRow(block + (<usize>(r * width) << 2), width, k, positions + at, best + at)
  }
}

/**
 * How many of the first `count` columns of a block [rows, width] score above, and as much as, each row's
 * own[ownStart[u] .. ownStart[u + 1]); itself left out. `above` is -1 where its own score is no finite number.
 */
export function places(block: usize, from: i32, rows: i32, width: i32, count: i32, outStart: usize, out: usize, ownStart: usize, own: usize, above: usize, tied: usize): void {
  leaveOut(block, from, rows, width, count, outStart, out)
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

/** Few scores get past the k-th best so far: four are held against it at once. */
function bestOfRow(row: usize, width: i32, k: i32, positions: usize, best: usize): void {
  let filled = 0
  let least: f32 = -Infinity
  for (let j = 0; j < width; j += 4) {
    if (!v128.any_true(f32x4.gt(v128.load(row + (<usize>j << 2)), f32x4.splat(least)))) continue
    for (let lane = j; lane < j + 4; lane++) {
      const score = load<f32>(row + (<usize>lane << 2))
      if (!(score > least)) continue
      let at = filled < k ? filled++ : k - 1
      while (at > 0 && load<f32>(best + (<usize>(at - 1) << 2)) < score) {
        store<f32>(best + (<usize>at << 2), load<f32>(best + (<usize>(at - 1) << 2)))
        store<i32>(positions + (<usize>at << 2), load<i32>(positions + (<usize>(at - 1) << 2)))
        at--
      }
      store<f32>(best + (<usize>at << 2), score)
      store<i32>(positions + (<usize>at << 2), lane)
      if (filled === k) least = load<f32>(best + (<usize>(k - 1) << 2))
    }
  }
}

function begin(): void {
  for (let k = 0; k < numTouchedUsers; k++) store<i32>(userSlots + (<usize>load<i32>(touchedUsers + (<usize>k << 2)) << 2), -1)
  for (let k = 0; k < numTouchedItems; k++) store<i32>(itemSlots + (<usize>load<i32>(touchedItems + (<usize>k << 2)) << 2), -1)
  numTouchedUsers = 0
  numTouchedItems = 0
}

/** Address of the row's gradient, zero when first touched; 0 for a row that must not move. */
function userGradient(row: i32): usize {
  const at = userSlots + (<usize>row << 2)
  let slot = load<i32>(at)
  if (slot < 0) {
    slot = numTouchedUsers++
    store<i32>(at, slot)
    store<i32>(touchedUsers + (<usize>slot << 2), row)
    memory.fill(userGradients + rowBytes(slot), 0, rowBytes(1))
  }
  return userGradients + rowBytes(slot)
}

function itemGradient(row: i32): usize {
  const at = itemSlots + (<usize>row << 2)
  let slot = load<i32>(at)
  if (slot === -2) return 0
  if (slot < 0) {
    slot = numTouchedItems++
    store<i32>(at, slot)
    store<i32>(touchedItems + (<usize>slot << 2), row)
    memory.fill(itemGradients + rowBytes(slot), 0, rowBytes(1))
  }
  return itemGradients + rowBytes(slot)
}

/** The item's vector: its row, or the sum of its tokens' rows. */
function gatherItem(item: i32, to: usize): void {
  if (bagStart === 0) {
    memory.copy(to, items + rowBytes(item), rowBytes(1))
    return
  }
  memory.fill(to, 0, rowBytes(1))
  const end = load<i32>(bagStart + (<usize>(item + 1) << 2))
  for (let k = load<i32>(bagStart + (<usize>item << 2)); k < end; k++) addScaled(to, items + rowBytes(load<i32>(bagToken + (<usize>k << 2))), 1)
}

/** Adds scale * gradient to the item's row, or to each of its tokens'. */
function scatterItem(item: i32, gradient: usize, scale: f32): void {
  if (bagStart === 0) {
    const own = itemGradient(item)
    if (own !== 0) addScaled(own, gradient, scale)
    return
  }
  const end = load<i32>(bagStart + (<usize>(item + 1) << 2))
  for (let k = load<i32>(bagStart + (<usize>item << 2)); k < end; k++) addScaled(itemGradient(load<i32>(bagToken + (<usize>k << 2))), gradient, scale)
}

// @ts-ignore: decorator
@inline
function rowBytes(rows: i32): usize {
  return <usize>rows * (<usize>dim << 2)
}

/** Begins a step: the rows of the batch's users and items to U and V, padded with zeros to a multiple of 8. */
export function gather(size: i32): void {
  begin()
  for (let i = 0; i < size; i++) {
    const item = load<i32>(batchItem + (<usize>i << 2))
    memory.copy(U + rowBytes(i), users + rowBytes(load<i32>(batchUser + (<usize>i << 2))), rowBytes(1))
    gatherItem(item, V + rowBytes(i))
    store<f32>(bias + (<usize>i << 2), -load<f32>(logQ + (<usize>item << 2)))
  }
  for (let i = size; i < roundUp(size); i++) {
    memory.fill(U + rowBytes(i), 0, rowBytes(1))
    memory.fill(V + rowBytes(i), 0, rowBytes(1))
    store<f32>(bias + (<usize>i << 2), masked)
    store<i32>(batchItem + (<usize>i << 2), -1)
  }
}

/** In-batch softmax of the gathered batch: its loss, dU and dV. */
export function softmax(size: i32): void {
  const padded = roundUp(size)
  // Rows a cache line further apart than a power of two, which would put a column into a few places of the cache.
  const stride = padded + 16
  const rowOfS = <usize>stride << 2
  transpose(V, dim, VT, padded, padded, dim)
  gemm(U, dim, 1, VT, padded, S, stride, padded, padded, dim, tile)
  maskHits(size, rowOfS)
  let loss: f64 = 0
  for (let i = 0; i < padded; i++) {
    const row = S + <usize>i * rowOfS
    if (i < size) loss += softmaxRow(row, padded, i, bias, inverseT, inverseT / <f32>size)
    else memory.fill(row, 0, rowOfS)
  }
  softmaxSum += loss / <f64>size
  gemm(S, stride, 1, V, dim, dU, dim, padded, dim, size, tile)
  gemm(S, 1, stride, U, dim, dV, dim, padded, dim, size, tile)
}

/**
 * Pairs of places (i, j), i != j, of the gathered batch that hold the same item, as int64 for a dense core elsewhere.
 * @returns their number; -1 when there are more than `most`
 */
export function accidentalHits(size: i32, hits: usize, most: i32): i32 {
  let count = 0
  let full = false
  for (let i = 0; i < size; i++) {
    const before = linkPlace(i)
    for (let j = before; j >= 0 && !full; j = load<i32>(samePlace + (<usize>j << 2))) {
      if (count + 2 > most) {
        full = true
        break
      }
      const at = hits + (<usize>count << 4)
      store<i64>(at, i)
      store<i64>(at, j, 8)
      store<i64>(at, j, 16)
      store<i64>(at, i, 24)
      count += 2
    }
  }
  unlinkPlaces(size)
  return full ? -1 : count
}

/** Notes place i as the last with its item. @returns the one before, -1 = none */
function linkPlace(i: i32): i32 {
  const last = lastPlace + (<usize>load<i32>(batchItem + (<usize>i << 2)) << 2)
  const before = load<i32>(last)
  store<i32>(samePlace + (<usize>i << 2), before)
  store<i32>(last, i)
  return before
}

function unlinkPlaces(size: i32): void {
  for (let i = 0; i < size; i++) store<i32>(lastPlace + (<usize>load<i32>(batchItem + (<usize>i << 2)) << 2), -1)
}

/** Masks the places of S whose column, another than the row's own, holds the row's item. */
function maskHits(size: i32, rowOfS: usize): void {
  for (let i = 0; i < size; i++) {
    const before = linkPlace(i)
    for (let j = before; j >= 0; j = load<i32>(samePlace + (<usize>j << 2))) {
      store<f32>(S + <usize>i * rowOfS + (<usize>j << 2), masked)
      store<f32>(S + <usize>j * rowOfS + (<usize>i << 2), masked)
    }
  }
  unlinkPlaces(size)
}

/** The loss of the gathered batch from the probabilities of its own columns; where one is too small for float32, from its row of scores. */
export function softmaxLossOf(size: i32): void {
  let loss: f64 = 0
  for (let i = 0; i < size; i++) {
    const p = load<f32>(probability + (<usize>i << 2))
    if (p > 1e-30) {
      loss -= NativeMath.log(p)
      continue
    }
    const padded = roundUp(size)
    transpose(V, dim, VT, padded, padded, dim)
    // gemm makes four rows at a time.
    const four = i & ~3
    gemm(U + rowBytes(four), dim, 1, VT, padded, S, padded, 4, padded, dim, tile)
    const row = S + (<usize>((i - four) * padded) << 2)
    for (let j = 0; j < size; j++) if (j !== i && load<i32>(batchItem + (<usize>j << 2)) === load<i32>(batchItem + (<usize>i << 2))) store<f32>(row + (<usize>j << 2), masked)
    loss += softmaxRow(row, padded, i, bias, inverseT, 0)
  }
  softmaxSum += loss / <f64>size
}

/** Ends a step's gradients: `scale` times those of the gathered batch, and those of its pairs. */
export function scatter(size: i32, scale: f32, pairBatch: usize, numPairs: i32): void {
  for (let i = 0; i < size; i++) {
    addScaled(userGradient(load<i32>(batchUser + (<usize>i << 2))), dU + rowBytes(i), scale)
    scatterItem(load<i32>(batchItem + (<usize>i << 2)), dV + rowBytes(i), scale)
  }
  if (numPairs > 0) pairStep(pairBatch, numPairs)
}

// @ts-ignore: decorator
@inline
function roundUp(size: i32): i32 {
  return (size + 7) & ~7
}

/** BPR: mean over the pairs of weight * softplus(-u.(chosen - rejected)). */
function pairStep(batch: usize, size: i32): void {
  let loss: f64 = 0
  for (let p = 0; p < size; p++) {
    const k = <usize>load<i32>(batch + (<usize>p << 2)) << 2
    const user = load<i32>(pairUser + k)
    const chosen = load<i32>(pairChosen + k)
    const rejected = load<i32>(pairRejected + k)
    const weight = <f64>load<f32>(pairWeights + k)
    const u = users + rowBytes(user)
    const c = bagStart === 0 ? items + rowBytes(chosen) : V
    const r = bagStart === 0 ? items + rowBytes(rejected) : V + rowBytes(1)
    if (bagStart !== 0) {
      gatherItem(chosen, c)
      gatherItem(rejected, r)
    }
    const margin = difference(u, c, r)
    const e = NativeMath.exp(-abs<f64>(margin))
    loss += weight * (NativeMath.log1p(e) + max<f64>(-margin, 0))
    const gradient = <f32>((-pairWeight * weight * (margin > 0 ? e / (1 + e) : 1 / (1 + e))) / <f64>size)
    if (joint) {
      const g = userGradient(user)
      addScaled(g, c, gradient)
      addScaled(g, r, -gradient)
    }
    scatterItem(chosen, u, gradient)
    scatterItem(rejected, u, -gradient)
  }
  pairSum += loss / <f64>size
}

/** u.(c - r) */
function difference(u: usize, c: usize, r: usize): f64 {
  let sum = f32x4.splat(0)
  for (let at: usize = 0; at < rowBytes(1); at += 16)
    sum = f32x4.add(sum, f32x4.mul(v128.load(u + at), f32x4.sub(v128.load(c + at), v128.load(r + at))))
  return <f64>(f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1) + (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3)))
}

function addScaled(to: usize, from: usize, scale: f32): void {
  const s = f32x4.splat(scale)
  for (let at: usize = 0; at < rowBytes(1); at += 16)
    v128.store(to + at, f32x4.add(v128.load(to + at), f32x4.mul(s, v128.load(from + at))))
}

/** Adagrad on the rows touched in this step. */
export function update(): void {
  for (let k = 0; k < numTouchedUsers; k++) {
    const row = rowBytes(load<i32>(touchedUsers + (<usize>k << 2)))
    adagrad(users + row, userSquares + row, userGradients + rowBytes(k))
  }
  for (let k = 0; k < numTouchedItems; k++) {
    const row = rowBytes(load<i32>(touchedItems + (<usize>k << 2)))
    adagrad(items + row, itemSquares + row, itemGradients + rowBytes(k))
  }
}

function adagrad(row: usize, squares: usize, gradient: usize): void {
  const rate = f32x4.splat(learningRate)
  for (let at: usize = 0; at < rowBytes(1); at += 16) {
    const g = v128.load(gradient + at)
    const sum = f32x4.add(v128.load(squares + at), f32x4.mul(g, g))
    v128.store(squares + at, sum)
    const step = f32x4.div(f32x4.mul(rate, g), f32x4.add(f32x4.sqrt(sum), f32x4.splat(1e-10)))
    v128.store(row + at, f32x4.sub(v128.load(row + at), step))
  }
}
