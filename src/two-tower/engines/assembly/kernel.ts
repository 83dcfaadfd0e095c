import { gemm, transpose } from './gemm'
import { masked, softmaxRow } from './softmax'

export { bindTopK, offer, places, ranked } from './ranking'

/*
 * The two-tower model's training step. All pointers are byte addresses laid out by the caller (engines/wasm.ts):
 * matrices are row-major float32 with rows of `dim` floats (a multiple of 8, padded with zeros).
 */

let dim: i32 = 0

/** Embeddings, and which of them this step touches. */
@unmanaged
class Table {
  /** Each row [dim] followed by its Adagrad accumulators [dim], so that both are fetched together. */
  records: usize
  /** Position of a row among those touched in this step, -1 if it is not, -2 if it never moves; one int32 a row. */
  slots: usize
  /** Rows touched in this step [count], and their gradients [count, dim]. */
  touched: usize
  gradients: usize
  count: i32
}

const users = changetype<Table>(memory.data(offsetof<Table>()))
const items = changetype<Table>(memory.data(offsetof<Table>()))

/** User and item of each place of the batch, which has `size` of them, and the step's pairs. */
let batchUser: usize = 0
let batchItem: usize = 0
let size: i32 = 0
let pairBatch: usize = 0
let numPairs: i32 = 0
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

/** @param ofItems - the items' table, else the users' */
export function bindTable(ofItems: bool, records: usize, slots: usize, touched: usize, gradients: usize): void {
  const table = ofItems ? items : users
  table.records = records
  table.slots = slots
  table.touched = touched
  table.gradients = gradients
  table.count = 0
}

export function bindBatch(u: usize, v: usize, vt: usize, du: usize, dv: usize, s: usize, b: usize, p: usize, t: usize, last: usize, same: usize): void {
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

/** @param d - numbers of a row, a multiple of 8 */
export function configure(d: i32, temperature: f32, rate: f32, weight: f32, pairsMoveUsers: bool): void {
  dim = d
  inverseT = 1 / temperature
  learningRate = rate
  pairWeight = weight
  joint = pairsMoveUsers
}

/** BPR alone, in batches of `order`; only rows of items whose slot is not -2 move, and no users. The loss is that of the steps from `measured` on. */
export function fit(order: usize, n: i32, batchSize: i32, measured: i32): void {
  pairSum = 0
  joint = false
  for (let from = 0; from < n; from += batchSize) {
    pairBatch = order + (<usize>from << 2)
    numPairs = min(batchSize, n - from)
    scatterPairs(from >= measured)
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

export function touchedRows(ofItems: bool): i32 {
  return ofItems ? items.count : users.count
}

/** out[m, n] = A [m, k] times the transposed B [k, n]; m and n multiples of 8. */
export function product(A: usize, m: i32, B: usize, n: i32, k: i32, out: usize): void {
  gemm(A, k, 1, B, n, out, n, m, n, k, 0)
}

export function transposed(from: usize, rows: i32, cols: i32, to: usize): void {
  transpose(from, cols, to, rows, rows, cols)
}

// @ts-ignore: decorator
@inline
function rowBytes(rows: i32): usize {
  return <usize>rows * (<usize>dim << 2)
}

// @ts-ignore: decorator
@inline
function rowOf(table: Table, row: i32): usize {
  return table.records + 2 * rowBytes(row)
}

/** Adds scale * gradient [dim] to the row's gradient of this step. */
function addGradient(table: Table, row: i32, gradient: usize, scale: f32): void {
  const at = table.slots + (<usize>row << 2)
  const slot = load<i32>(at)
  if (slot >= 0) addScaled(table.gradients + rowBytes(slot), gradient, scale)
  else if (slot === -1) {
    const own = table.count++
    store<i32>(at, own)
    store<i32>(table.touched + (<usize>own << 2), row)
    writeScaled(table.gradients + rowBytes(own), gradient, scale)
  }
}

/** The item's vector: its row, or the sum of its tokens' rows. */
function gatherItem(item: i32, to: usize): void {
  if (bagStart === 0) return writeScaled(to, rowOf(items, item), 1)
  memory.fill(to, 0, rowBytes(1))
  const end = load<i32>(bagStart + (<usize>(item + 1) << 2))
  for (let k = load<i32>(bagStart + (<usize>item << 2)); k < end; k++) addScaled(to, rowOf(items, load<i32>(bagToken + (<usize>k << 2))), 1)
}

/** Adds scale * gradient to the item's row, or to each of its tokens'. */
function scatterItem(item: i32, gradient: usize, scale: f32): void {
  if (bagStart === 0) return addGradient(items, item, gradient, scale)
  const end = load<i32>(bagStart + (<usize>(item + 1) << 2))
  for (let k = load<i32>(bagStart + (<usize>item << 2)); k < end; k++) addGradient(items, load<i32>(bagToken + (<usize>k << 2)), gradient, scale)
}

/** Begins a step: the rows of the batch's users and items to U and V, padded with zeros to a multiple of 8. */
export function gather(userOf: usize, itemOf: usize, batchSize: i32, pairsOf: usize, pairs: i32): void {
  batchUser = userOf
  batchItem = itemOf
  size = batchSize
  pairBatch = pairsOf
  numPairs = pairs
  for (let i = 0; i < size; i++) {
    const item = load<i32>(batchItem + (<usize>i << 2))
    writeScaled(U + rowBytes(i), rowOf(users, load<i32>(batchUser + (<usize>i << 2))), 1)
    gatherItem(item, V + rowBytes(i))
    store<f32>(bias + (<usize>i << 2), -load<f32>(logQ + (<usize>item << 2)))
  }
  for (let i = size; i < roundUp(size); i++) {
    memory.fill(U + rowBytes(i), 0, rowBytes(1))
    memory.fill(V + rowBytes(i), 0, rowBytes(1))
    store<f32>(bias + (<usize>i << 2), masked)
  }
  if (bagStart === 0 && <usize>(2 * size + 3 * numPairs) * 2 * rowBytes(1) <= AHEAD) fetchAhead()
}

/** Bytes of records that stay in the cache while the batch is worked on. */
const AHEAD: usize = 1 << 18

/** Touches what the step needs only at its end, accumulators and rows of pairs, so that it is on its way to the cache meanwhile. */
function fetchAhead(): void {
  let seen: i32 = 0
  for (let i = 0; i < size; i++) seen ^= touch(users, load<i32>(batchUser + (<usize>i << 2))) ^ touch(items, load<i32>(batchItem + (<usize>i << 2)))
  for (let p = 0; p < numPairs; p++) {
    const k = <usize>load<i32>(pairBatch + (<usize>p << 2)) << 2
    seen ^= touch(users, load<i32>(pairUser + k)) ^ touch(items, load<i32>(pairChosen + k)) ^ touch(items, load<i32>(pairRejected + k))
  }
  // Stored, or the compiler would leave the loads out.
  store<i32>(tile, seen)
}

/** One number of each cache line of a row's record. */
// @ts-ignore: decorator
@inline
function touch(table: Table, row: i32): i32 {
  const record = rowOf(table, row)
  let seen: i32 = 0
  for (let at: usize = 0; at < 2 * rowBytes(1); at += 64) seen ^= load<i32>(record + at)
  return seen
}

/** In-batch softmax of the gathered batch: its loss, dU and dV. */
export function softmax(): void {
  const padded = roundUp(size)
  // Rows a cache line further apart than a power of two, which would put a column into a few places of the cache.
  const stride = padded + 16
  const rowOfS = <usize>stride << 2
  transpose(V, dim, VT, padded, padded, dim)
  gemm(U, dim, 1, VT, padded, S, stride, padded, padded, dim, tile)
  maskHits(rowOfS)
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
export function accidentalHits(hits: usize, most: i32): i32 {
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
  unlinkPlaces()
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

function unlinkPlaces(): void {
  for (let i = 0; i < size; i++) store<i32>(lastPlace + (<usize>load<i32>(batchItem + (<usize>i << 2)) << 2), -1)
}

/** Masks the places of S whose column, another than the row's own, holds the row's item. */
function maskHits(rowOfS: usize): void {
  for (let i = 0; i < size; i++) {
    const before = linkPlace(i)
    for (let j = before; j >= 0; j = load<i32>(samePlace + (<usize>j << 2))) {
      store<f32>(S + <usize>i * rowOfS + (<usize>j << 2), masked)
      store<f32>(S + <usize>j * rowOfS + (<usize>i << 2), masked)
    }
  }
  unlinkPlaces()
}

/** The loss of the gathered batch from the probabilities of its own columns; where one is too small for float32, from its row of scores. */
export function softmaxLossOf(): void {
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
export function scatter(scale: f32): void {
  for (let i = 0; i < size; i++) {
    addGradient(users, load<i32>(batchUser + (<usize>i << 2)), dU + rowBytes(i), scale)
    scatterItem(load<i32>(batchItem + (<usize>i << 2)), dV + rowBytes(i), scale)
  }
  if (numPairs > 0) scatterPairs(true)
}

// @ts-ignore: decorator
@inline
function roundUp(size: i32): i32 {
  return (size + 7) & ~7
}

/** BPR, its loss only where `measured`: mean over the pairs of weight * softplus(-u.(chosen - rejected)). */
function scatterPairs(measured: bool): void {
  let loss: f64 = 0
  for (let p = 0; p < numPairs; p++) {
    const k = <usize>load<i32>(pairBatch + (<usize>p << 2)) << 2
    const user = load<i32>(pairUser + k)
    const chosen = load<i32>(pairChosen + k)
    const rejected = load<i32>(pairRejected + k)
    const weight = <f64>load<f32>(pairWeights + k)
    const u = rowOf(users, user)
    const c = bagStart === 0 ? rowOf(items, chosen) : V
    const r = bagStart === 0 ? rowOf(items, rejected) : V + rowBytes(1)
    if (bagStart !== 0) {
      gatherItem(chosen, c)
      gatherItem(rejected, r)
    }
    const margin = difference(u, c, r)
    const e = NativeMath.exp(-abs<f64>(margin))
    if (measured) loss += weight * (NativeMath.log1p(e) + max<f64>(-margin, 0))
    const gradient = <f32>((-pairWeight * weight * (margin > 0 ? e / (1 + e) : 1 / (1 + e))) / <f64>numPairs)
    if (joint) {
      addGradient(users, user, c, gradient)
      addGradient(users, user, r, -gradient)
    }
    scatterItem(chosen, u, gradient)
    scatterItem(rejected, u, -gradient)
  }
  pairSum += loss / <f64>numPairs
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

function writeScaled(to: usize, from: usize, scale: f32): void {
  const s = f32x4.splat(scale)
  for (let at: usize = 0; at < rowBytes(1); at += 16) v128.store(to + at, f32x4.mul(s, v128.load(from + at)))
}

/** Ends a step: Adagrad on the rows that it touched. */
export function update(): void {
  updateTable(users)
  updateTable(items)
}

function updateTable(table: Table): void {
  for (let k = 0; k < table.count; k++) {
    const row = load<i32>(table.touched + (<usize>k << 2))
    store<i32>(table.slots + (<usize>row << 2), -1)
    adagrad(rowOf(table, row), table.gradients + rowBytes(k))
  }
  table.count = 0
}

function adagrad(row: usize, gradient: usize): void {
  const rate = f32x4.splat(learningRate)
  const squares = row + rowBytes(1)
  for (let at: usize = 0; at < rowBytes(1); at += 16) {
    const g = v128.load(gradient + at)
    const sum = f32x4.add(v128.load(squares + at), f32x4.mul(g, g))
    v128.store(squares + at, sum)
    const step = f32x4.div(f32x4.mul(rate, g), f32x4.add(f32x4.sqrt(sum), f32x4.splat(1e-10)))
    v128.store(row + at, f32x4.sub(v128.load(row + at), step))
  }
}
