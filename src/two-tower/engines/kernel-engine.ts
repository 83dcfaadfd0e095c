import { InputError } from '../../util/errors.js'
import { concat } from '../../util/typed.js'
import { composeItems } from '../bags.js'
import type { Engine, Positions, SparseGradient, TrainingData, TwoTowerModel } from '../engine.js'
import { checkedOrder, checkFinite, checkIndices, checkModel, checkRows, checkTrained, divergence, isBounded, noData, rowsOf } from './checks.js'
import { bind, loadKernel, mostHits } from './kernel.js'
import { type Arena, type MatrixBlock, padded } from './memory.js'

/** A gathered batch in the kernel's memory; rows have `stride` floats, of which the last may be padding. */
export interface Batch {
  stride: number
  /** Rows of users and of items [B, stride]. */
  U: Float32Array
  V: Float32Array
  /** -log q of each column [B]. */
  bias: Float32Array
  /** Accidental hits: places (i, j) as int64 [n, 2]. */
  hits: BigInt64Array
  /** To be written: softmax probability of each row's own column [B], and dU = P V - V, dV = P^T U - U [B, stride]. */
  probability: Float32Array
  dU: Float32Array
  dV: Float32Array
}

/** The dense part of an engine, done elsewhere than in the kernel. Views stay valid until the next call of the engine. */
export interface DenseCore {
  /** Users whose scores are held at once in a ranking. */
  blockRows: number
  /** Gives what does one step: in-batch softmax of the first `size` rows, of which `numHits` places are masked. */
  softmax(batch: Batch, temperature: number): (size: number, numHits: number) => void
  /** Gives what writes scores to `out`: rows from..from+rows of A [m, k] times the transposed B [k, n]. */
  product(A: Float32Array, B: Float32Array, out: Float32Array, n: number, k: number): (from: number, rows: number) => void
}

/** The sparse part (gather, pairs, duplicate rows, Adagrad, top-K) in WebAssembly SIMD128; the dense part there too, or in `core`. */
export function kernelEngine(name: string, core?: DenseCore): Engine {
  const { kernel, arena } = loadKernel()
  const blockRows = core?.blockRows ?? 32

  /** Does one step up to its gradients. To be called once all memory has been taken. */
  const stepper = ({ batch }: ReturnType<typeof bind>, temperature: number, batchSize: number) => {
    const { stride, hits, ...numbers } = batch
    const { user, item, ...views } = Object.fromEntries(Object.entries(numbers).map(([key, own]) => [key, own.view()])) as unknown as Omit<Batch, 'stride' | 'hits'> & Record<'user' | 'item', Int32Array>
    const dense = core?.softmax({ stride, ...views, hits: new BigInt64Array(hits.view().buffer, hits.address, hits.length / 2) }, temperature)
    return (data: TrainingData, rows: Int32Array, from: number, size: number, pairOrder: number, numPairs: number) => {
      for (let i = 0; i < size; i++) {
        user[i] = data.user[rows[from + i]]
        item[i] = data.item[rows[from + i]]
      }
      kernel.gather(size)
      const numHits = dense ? kernel.accidentalHits(size, hits.address, mostHits(batchSize)) : -1
      if (size > 0 && dense && numHits >= 0) {
        dense(size, numHits)
        kernel.softmaxLossOf(size)
        kernel.scatter(size, 1 / (temperature * size), pairOrder, numPairs)
      } else {
        if (size > 0) kernel.softmax(size)
        kernel.scatter(size, 1, pairOrder, numPairs)
      }
    }
  }

  /** Scores of the users for the items, a block of users at a time; rows and columns are padded to multiples of 8. */
  const scoring = (space: Arena, model: TwoTowerModel, users: Int32Array, items: Int32Array) => {
    checkModel(model)
    checkRows('users', users, rowsOf(model.users, model.dim))
    checkRows('items', items, rowsOf(model.items, model.dim))
    const [numRows, width] = [padded(users.length), padded(items.length)]
    const [A, B] = [space.matrix(numRows, model.dim), space.matrix(width, model.dim)]
    const transposed = space.float32(B.stride * width)
    const block = space.float32(Math.min(blockRows, numRows) * width)
    A.writeRows(model.users, users)
    B.writeRows(model.items, items)
    kernel.transposed(B.address, width, B.stride, transposed.address)
    function* all() {
      const product = core?.product(A.view(), transposed.view(), block.view(), width, A.stride) ?? ((from: number, rows: number) => kernel.product(A.address + 4 * from * A.stride, rows, transposed.address, width, A.stride, block.address))
      for (let from = 0; from < numRows; from += blockRows) {
        const rows = Math.min(blockRows, numRows - from)
        product(from, rows)
        yield { from, rows }
      }
    }
    return { rows: numRows, width, block, all }
  }

  return {
    name,

    train(data, pairs, plan, config) {
      const { init } = plan
      checkModel(init)
      checkIndices(init, data, pairs)
      checkFinite({ 'plan.init.users': init.users, 'plan.init.items': init.items, 'data.logQ': data.logQ, 'pairs.weight': pairs.weight })
      const space = arena()
      const bound = bind(kernel, space, init, data, pairs, config, Math.min(config.batchSize, data.item.length))
      const steps = Math.ceil(data.item.length / config.batchSize)
      const { pairsPerStep } = plan
      const pairOrder = space.int32(steps * pairsPerStep)
      const step = stepper(bound, config.temperature, config.batchSize)
      const softmaxLoss: number[] = []
      const pairLoss: number[] = []
      for (let epoch = 0; epoch < config.epochs && steps > 0; epoch++) {
        const order = checkedOrder('plan.order', plan.order(epoch), data.item.length, data.item.length)
        pairOrder.set(checkedOrder('plan.pairOrder', plan.pairOrder(epoch), steps * pairsPerStep, pairs.user.length))
        kernel.resetLosses()
        let [softmaxSum, pairSum] = [0, 0]
        for (let s = 0; s < steps; s++) {
          const from = s * config.batchSize
          step(data, order, from, Math.min(config.batchSize, data.item.length - from), pairOrder.address + 4 * s * pairsPerStep, pairsPerStep)
          const [softmax, pair] = [kernel.softmaxLoss() - softmaxSum, kernel.pairLoss() - pairSum]
          if (!isBounded(softmax, pair)) throw divergence({ softmax, BPR: pair }, `in step ${s + 1} of ${steps}, epoch ${epoch + 1} of ${config.epochs}`, bound.tables())
          softmaxSum += softmax
          pairSum += pair
          kernel.update()
        }
        softmaxLoss.push(kernel.softmaxLoss() / steps)
        pairLoss.push(kernel.pairLoss() / steps)
      }
      const table = bound.tables()
      checkTrained(table)
      return { model: data.bags ? composeItems(table, data.bags) : table, softmaxLoss, pairLoss }
    },

    fitItems(model, items, pairs, order, config) {
      checkModel(model)
      checkIndices(model, noData(model), pairs)
      checkRows('items', items, rowsOf(model.items, model.dim))
      checkedOrder('order', order, order.length, pairs.user.length)
      // Only the rows that the pairs name are copied in, and only the fitted ones out.
      const { rows: userRows, local: user } = compact(pairs.user, rowsOf(model.users, model.dim))
      const { rows: itemRows, local } = compact(concat(pairs.chosen, pairs.rejected), rowsOf(model.items, model.dim))
      const [chosen, rejected] = [local.subarray(0, user.length), local.subarray(user.length)]
      const part = { dim: model.dim, users: gather(model.users, userRows, model.dim), items: gather(model.items, itemRows, model.dim) }
      checkFinite({ 'model.users': part.users, 'model.items': part.items, 'pairs.weight': pairs.weight })
      const space = arena()
      const bound = bind(kernel, space, part, noData(part), { ...pairs, user, chosen, rejected }, { ...config, pairWeight: 1 }, 0)
      const fitted = new Set(items)
      bound.itemSlots.set(itemRows.map((item) => (fitted.has(item) ? -1 : -2)))
      const placed = space.int32(order.length).set(order)
      kernel.fit(placed.address, order.length, config.proxy.batchSize)
      const pairLoss = kernel.pairLoss() / Math.max(1, Math.ceil(order.length / config.proxy.batchSize))
      if (!isBounded(0, pairLoss)) throw divergence({ softmax: 0, BPR: pairLoss }, 'on average in a proxy training', bound.tables())
      const result = model.items.slice()
      const moved = bound.items.read()
      for (let k = 0; k < itemRows.length; k++) result.set(moved.subarray(k * model.dim, (k + 1) * model.dim), itemRows[k] * model.dim)
      return { dim: model.dim, users: model.users, items: result }
    },

    gradients(model, data, batch, pairs, pairBatch, config) {
      checkModel(model)
      checkIndices(model, data, pairs)
      checkedOrder('batch', batch, batch.length, data.item.length)
      checkedOrder('pairBatch', pairBatch, pairBatch.length, pairs.user.length)
      const space = arena()
      const bound = bind(kernel, space, model, data, pairs, config, batch.length, pairBatch.length)
      const pairRows = space.int32(pairBatch.length)
      pairRows.set(pairBatch)
      kernel.resetLosses()
      stepper(bound, config.temperature, batch.length)(data, batch, 0, batch.length, pairRows.address, pairBatch.length)
      return {
        softmaxLoss: kernel.softmaxLoss(),
        pairLoss: kernel.pairLoss(),
        users: sparse(bound.touchedUsers.read(kernel.touchedUserCount()), bound.userGradients),
        items: sparse(bound.touchedItems.read(kernel.touchedItemCount()), bound.itemGradients),
      }
    },

    score(model, users, items, out) {
      if (out.length !== users.length * items.length) throw new InputError(`out has ${out.length} numbers; scores of ${users.length} users x ${items.length} items need ${users.length * items.length}`)
      const blocks = scoring(arena(), model, users, items)
      for (const { from, rows } of blocks.all()) {
        const scores = blocks.block.view()
        for (let row = 0; row < Math.min(rows, users.length - from); row++) out.set(scores.subarray(row * blocks.width, row * blocks.width + items.length), (from + row) * items.length)
      }
    },

    topK(model, users, items, k, exclude) {
      const position = new Int32Array(rowsOf(model.items, model.dim)).fill(-1)
      items.forEach((item, at) => (position[item] = at))
      const out = positionsOf(users.length, (row) => Array.from(exclude?.(users[row]) ?? [], (item) => position[item] ?? -1).filter((at) => at >= 0))
      const space = arena()
      const blocks = scoring(space, model, users, items)
      const left = put(space, out, blocks.rows)
      const [positions, best] = [space.int32(blocks.rows * k), space.float32(blocks.rows * k)]
      positions.view().fill(-1)
      best.view().fill(NaN)
      for (const { from, rows } of blocks.all()) kernel.topK(blocks.block.address, from, rows, blocks.width, items.length, ...left, k, positions.address, best.address)
      const found = positions.view().subarray(0, users.length * k)
      return { items: found.map((at) => (at < 0 ? -1 : items[at])), scores: best.view().slice(0, users.length * k) }
    },

    places(model, users, items, own, out) {
      for (const [name, { start, at }] of Object.entries({ own, out })) {
        if (start.length !== users.length + 1 || start[users.length] !== at.length) throw new InputError(`${name}.start has ${start.length} numbers; ${users.length} users need ${users.length + 1}, the last ${at.length}`)
        checkRows(`${name}.at`, at, items.length)
      }
      const space = arena()
      const blocks = scoring(space, model, users, items)
      const [left, wanted] = [put(space, out, blocks.rows), put(space, own, blocks.rows)]
      const [above, tied] = [space.int32(own.at.length), space.int32(own.at.length)]
      for (const { from, rows } of blocks.all()) kernel.places(blocks.block.address, from, rows, blocks.width, items.length, ...left, ...wanted, above.address, tied.address)
      return { above: above.read(), tied: tied.read() }
    },
  }
}

function positionsOf(rows: number, of: (row: number) => number[]): Positions {
  const lists = Array.from({ length: rows }, (_, row) => of(row))
  const start = new Int32Array(rows + 1)
  lists.forEach((list, row) => (start[row + 1] = start[row] + list.length))
  return { start, at: Int32Array.from(lists.flat()) }
}

/** Padded rows have no positions. */
function put(space: Arena, { start, at }: Positions, rows: number): [number, number] {
  const starts = new Int32Array(rows + 1).fill(at.length)
  starts.set(start)
  return [space.int32(rows + 1).set(starts).address, space.int32(at.length).set(at).address]
}

function sparse(touched: Int32Array, gradients: MatrixBlock): SparseGradient {
  const order = Array.from(touched.keys()).sort((a, b) => touched[a] - touched[b])
  const values = new Float32Array(touched.length * gradients.dim)
  for (const [at, slot] of order.entries()) values.set(gradients.row(slot), at * gradients.dim)
  return { rows: Int32Array.from(order, (slot) => touched[slot]), values }
}

/** The distinct rows that are named, in order of first use, and each name as a place among them. */
function compact(names: Int32Array, numRows: number): { rows: Int32Array; local: Int32Array } {
  const place = new Int32Array(numRows).fill(-1)
  const rows: number[] = []
  const local = names.map((row) => (place[row] >= 0 ? place[row] : (place[row] = rows.push(row) - 1)))
  return { rows: Int32Array.from(rows), local }
}

function gather(values: Float32Array, rows: Int32Array, dim: number): Float32Array {
  const out = new Float32Array(rows.length * dim)
  for (let k = 0; k < rows.length; k++) out.set(values.subarray(rows[k] * dim, (rows[k] + 1) * dim), k * dim)
  return out
}
