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

let interactionUser: usize = 0
let interactionItem: usize = 0
let logQ: usize = 0
/** Tokens of item i: bagToken[bagStart[i] .. bagStart[i + 1]); 0 = every item is its own only token. */
let bagStart: usize = 0
let bagToken: usize = 0
let pairUser: usize = 0
let pairChosen: usize = 0
let pairRejected: usize = 0
let pairWeights: usize = 0
/** Work space of one batch. */
let scratch: usize = 0

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

export function bindStep(us: usize, is: usize, tu: usize, ti: usize, gu: usize, gi: usize, work: usize): void {
  userSlots = us
  itemSlots = is
  touchedUsers = tu
  touchedItems = ti
  userGradients = gu
  itemGradients = gi
  scratch = work
  numTouchedUsers = 0
  numTouchedItems = 0
}

export function bindData(user: usize, item: usize, q: usize): void {
  interactionUser = user
  interactionItem = item
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

/** Steps over `order` in batches, each with the next `pairsPerStep` pairs. @returns the step after which a loss was no finite number, where it stops; -1 = none */
export function epoch(order: usize, n: i32, batchSize: i32, pairOrder: usize, pairsPerStep: i32): i32 {
  softmaxSum = 0
  pairSum = 0
  for (let from = 0; from < n; from += batchSize) {
    step(order + (<usize>from << 2), min(batchSize, n - from), pairOrder, pairsPerStep)
    if (!isFinite(softmaxSum + pairSum)) return from / batchSize
    pairOrder += <usize>pairsPerStep << 2
    update()
  }
  return -1
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

/** Losses and gradients of one step, left in the touched rows. */
export function step(batch: usize, size: i32, pairBatch: usize, numPairs: i32): void {
  begin()
  softmaxStep(batch, size)
  if (numPairs > 0) pairStep(pairBatch, numPairs)
}

/** Sums over the steps since the call of `epoch`, `fit` or `resetLosses`. */
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

/** out[numUsers, numItems] = rows of A [numUsers, dim] times B [numItems, dim]; both counts multiples of 8; `work` holds B's transpose. */
export function scores(A: usize, numUsers: i32, B: usize, numItems: i32, depth: i32, work: usize, out: usize): void {
  transpose(B, depth, work, numItems, numItems, depth)
  gemm(A, depth, 1, work, numItems, out, numItems, numUsers, numItems, depth)
}

/** Rows of scores that are held at once: never all of them. */
const BLOCK: i32 = 32

/** Scores of the next rows of A, as many as a block holds, with -Infinity for padding and for what a row leaves out: out[outStart[u] .. outStart[u + 1]). */
function scoreBlock(A: usize, from: i32, rows: i32, work: usize, numItems: i32, count: i32, depth: i32, outStart: usize, out: usize, block: usize): void {
  gemm(A + (<usize>(from * depth) << 2), depth, 1, work, numItems, block, numItems, rows, numItems, depth)
  for (let r = 0; r < rows; r++) {
    const row = block + (<usize>(r * numItems) << 2)
    const end = load<i32>(outStart + (<usize>(from + r + 1) << 2))
    for (let e = load<i32>(outStart + (<usize>(from + r) << 2)); e < end; e++) store<f32>(row + (<usize>load<i32>(out + (<usize>e << 2)) << 2), -Infinity)
    for (let j = count; j < numItems; j++) store<f32>(row + (<usize>j << 2), -Infinity)
  }
}

/**
 * The k best of B's first `count` rows for each row of A, best first; equal scores in the order of the rows. As `scores`, with
 * `block` of BLOCK * numItems floats. A place without a row keeps what is in `positions` and `best`.
 */
export function topK(A: usize, numUsers: i32, B: usize, numItems: i32, count: i32, depth: i32, outStart: usize, out: usize, work: usize, block: usize, k: i32, positions: usize, best: usize): void {
  transpose(B, depth, work, numItems, numItems, depth)
  for (let from = 0; from < numUsers; from += BLOCK) {
    const rows = min(BLOCK, numUsers - from)
    scoreBlock(A, from, rows, work, numItems, count, depth, outStart, out, block)
    for (let r = 0; r < rows; r++) {
      const at = <usize>((from + r) * k) << 2
      bestOfRow(block + (<usize>(r * numItems) << 2), numItems, k, positions + at, best + at)
    }
  }
}

/**
 * How many of B's first `count` rows score above, and as much as, each row's own[ownStart[u] .. ownStart[u + 1]); itself left
 * out. `above` is -1 where its own score is no finite number.
 */
export function places(A: usize, numUsers: i32, B: usize, numItems: i32, count: i32, depth: i32, outStart: usize, out: usize, work: usize, block: usize, ownStart: usize, own: usize, above: usize, tied: usize): void {
  transpose(B, depth, work, numItems, numItems, depth)
  for (let from = 0; from < numUsers; from += BLOCK) {
    const rows = min(BLOCK, numUsers - from)
    scoreBlock(A, from, rows, work, numItems, count, depth, outStart, out, block)
    for (let r = 0; r < rows; r++) {
      const row = block + (<usize>(r * numItems) << 2)
      const end = load<i32>(ownStart + (<usize>(from + r + 1) << 2))
      for (let e = load<i32>(ownStart + (<usize>(from + r) << 2)); e < end; e++) {
        const score = load<f32>(row + (<usize>load<i32>(own + (<usize>e << 2)) << 2))
        let greater = i32x4.splat(0)
        let equal = i32x4.splat(0)
        for (let j = 0; j < numItems; j += 4) {
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

/** In-batch softmax. Work space: U, V, V^T, dU, dV [size, dim]; S [size, size]; bias and item of each column. */
function softmaxStep(batch: usize, size: i32): void {
  const padded = (size + 7) & ~7
  const block = rowBytes(padded)
  const U = scratch
  const V = U + block
  const VT = V + block
  const dU = VT + block
  const dV = dU + block
  const S = dV + block
  const bias = S + <usize>padded * (<usize>padded << 2)
  const ids = bias + (<usize>padded << 2)
  for (let i = 0; i < size; i++) {
    const k = <usize>load<i32>(batch + (<usize>i << 2)) << 2
    const item = load<i32>(interactionItem + k)
    memory.copy(U + rowBytes(i), users + rowBytes(load<i32>(interactionUser + k)), rowBytes(1))
    gatherItem(item, V + rowBytes(i))
    store<f32>(bias + (<usize>i << 2), -load<f32>(logQ + (<usize>item << 2)))
    store<i32>(ids + (<usize>i << 2), item)
  }
  for (let i = size; i < padded; i++) {
    memory.fill(U + rowBytes(i), 0, rowBytes(1))
    memory.fill(V + rowBytes(i), 0, rowBytes(1))
    memory.fill(S + <usize>i * (<usize>padded << 2), 0, <usize>padded << 2)
    store<f32>(bias + (<usize>i << 2), masked)
    store<i32>(ids + (<usize>i << 2), -1)
  }
  transpose(V, dim, VT, padded, padded, dim)
  gemm(U, dim, 1, VT, padded, S, padded, padded, padded, dim)
  let loss: f64 = 0
  for (let i = 0; i < padded; i++) {
    const row = S + <usize>i * (<usize>padded << 2)
    if (i < size) loss += softmaxRow(row, padded, i, bias, ids, inverseT, inverseT / <f32>size)
    else memory.fill(row, 0, <usize>padded << 2)
  }
  softmaxSum += loss / <f64>size
  gemm(S, padded, 1, V, dim, dU, dim, padded, dim, size)
  gemm(S, 1, padded, U, dim, dV, dim, padded, dim, size)
  for (let i = 0; i < size; i++) {
    const k = <usize>load<i32>(batch + (<usize>i << 2)) << 2
    addScaled(userGradient(load<i32>(interactionUser + k)), dU + rowBytes(i), 1)
    scatterItem(load<i32>(interactionItem + k), dV + rowBytes(i), 1)
  }
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
    const c = bagStart === 0 ? items + rowBytes(chosen) : scratch
    const r = bagStart === 0 ? items + rowBytes(rejected) : scratch + rowBytes(1)
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

/** Adagrad on the touched rows. */
function update(): void {
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
