import { concat, range } from '../../util/typed.js'
import { composeItems } from '../bags.js'
import type { TwoTowerConfig } from '../config.js'
import type { Engine, SparseGradient, TrainingData } from '../engine.js'
import { checkedOrder, checkFinite, checkIndices, checkModel, checkRows, checkTrained, divergence, isBounded, noData, rowsOf } from './checks.js'
import { bind, loadKernel } from './kernel.js'
import { type Product, rankings } from './kernel-rankings.js'
import type { Arena, MatrixBlock } from './memory.js'

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
  /** Users whose scores for all items are held at once. */
  blockRows: number
  /** Gives what does one step: in-batch softmax of the first `size` rows, of which `numHits` places are masked. */
  softmax(batch: Batch, temperature: number): (size: number, numHits: number) => void
  product: Product
}

/** The sparse part (gather, pairs, duplicate rows, Adagrad, top-K) in WebAssembly SIMD128; the dense part there too, or in `core`. */
export function kernelEngine(name: string, core?: DenseCore): Engine {
  const { kernel, arena } = loadKernel()

  /** Does one step of `size` interactions from `from` on, up to its gradients. To be called once all other memory has been taken. */
  const stepper = (space: Arena, { batch }: ReturnType<typeof bind>, data: TrainingData, { temperature }: TwoTowerConfig) => {
    const { U, hits, ...others } = batch
    const [user, item] = [data.user, data.item].map(({ length }) => space.int32(length))
    const [V, dU, dV, bias, probability] = [others.V, others.dU, others.dV, others.bias, others.probability].map((own) => own.view())
    const dense = core?.softmax({ stride: U.stride, U: U.view(), V, dU, dV, bias, probability, hits: new BigInt64Array(hits.view().buffer, hits.address, hits.length / 2) }, temperature)
    return {
      /** Lays the interactions of an epoch, or of the one step, out in order. */
      order(rows: Int32Array) {
        for (const [to, from] of [[user.view(), data.user], [item.view(), data.item]]) for (let i = 0; i < rows.length; i++) to[i] = from[rows[i]]
      },
      step(from: number, size: number, pairOrder: number, numPairs: number) {
        kernel.gather(user.address + 4 * from, item.address + 4 * from, size, pairOrder, numPairs)
        const numHits = dense ? kernel.accidentalHits(hits.address, hits.length / 4) : -1
        if (size > 0 && dense && numHits >= 0) {
          dense(size, numHits)
          kernel.softmaxLossOf()
          kernel.scatter(1 / (temperature * size))
        } else {
          if (size > 0) kernel.softmax()
          kernel.scatter(1)
        }
      },
    }
  }

  return {
    name,

    train(data, pairs, plan, config) {
      const { init } = plan
      checkModel(init)
      checkIndices(init, data, pairs)
      checkFinite({ 'plan.init.users': init.users, 'plan.init.items': init.items, 'data.logQ': data.logQ, 'pairs.weight': pairs.weight })
      const space = arena()
      const bound = bind(kernel, space, init, data, pairs, config, { batchSize: Math.min(config.batchSize, data.item.length), numPairs: plan.pairsPerStep })
      const steps = Math.ceil(data.item.length / config.batchSize)
      const { pairsPerStep } = plan
      const pairOrder = space.int32(steps * pairsPerStep)
      const { order, step } = stepper(space, bound, data, config)
      const softmaxLoss: number[] = []
      const pairLoss: number[] = []
      for (let epoch = 0; epoch < config.epochs && steps > 0; epoch++) {
        order(checkedOrder('plan.order', plan.order(epoch), data.item.length, data.item.length))
        pairOrder.set(checkedOrder('plan.pairOrder', plan.pairOrder(epoch), steps * pairsPerStep, pairs.user.length))
        kernel.resetLosses()
        let [softmaxSum, pairSum] = [0, 0]
        for (let s = 0; s < steps; s++) {
          const from = s * config.batchSize
          step(from, Math.min(config.batchSize, data.item.length - from), pairOrder.address + 4 * s * pairsPerStep, pairsPerStep)
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
      const bound = bind(kernel, space, part, noData(part), { ...pairs, user, chosen, rejected }, { ...config, pairWeight: 1 }, { batchSize: 0, numPairs: config.proxy.batchSize })
      const fitted = new Set(items)
      bound.items.slots.set(itemRows.map((item) => (fitted.has(item) ? -1 : -2)))
      const placed = space.int32(order.length).set(order)
      // What diverges shows in the last pass.
      const { batchSize } = config.proxy
      const steps = Math.ceil(order.length / batchSize)
      const measured = Math.max(0, steps - Math.ceil(user.length / batchSize))
      kernel.fit(placed.address, order.length, batchSize, measured * batchSize)
      const pairLoss = kernel.pairLoss() / Math.max(1, steps - measured)
      if (!isBounded(0, pairLoss)) throw divergence({ softmax: 0, BPR: pairLoss }, 'on average in the last pass of a proxy training', bound.tables())
      const result = model.items.slice()
      const moved = bound.items.records.read()
      for (let k = 0; k < itemRows.length; k++) result.set(moved.subarray(k * model.dim, (k + 1) * model.dim), itemRows[k] * model.dim)
      return { dim: model.dim, users: model.users, items: result }
    },

    gradients(model, data, batch, pairs, pairBatch, config) {
      checkModel(model)
      checkIndices(model, data, pairs)
      checkedOrder('batch', batch, batch.length, data.item.length)
      checkedOrder('pairBatch', pairBatch, pairBatch.length, pairs.user.length)
      const space = arena()
      const bound = bind(kernel, space, model, data, pairs, config, { batchSize: batch.length, numPairs: pairBatch.length })
      const pairOrder = space.int32(pairBatch.length).set(pairBatch)
      const own = { ...data, user: batch.map((k) => data.user[k]), item: batch.map((k) => data.item[k]) }
      const { order, step } = stepper(space, bound, own, config)
      order(range(batch.length))
      kernel.resetLosses()
      step(0, batch.length, pairOrder.address, pairBatch.length)
      return {
        softmaxLoss: kernel.softmaxLoss(),
        pairLoss: kernel.pairLoss(),
        users: sparse(bound.users.touched.read(kernel.touchedRows(false)), bound.users.gradients),
        items: sparse(bound.items.touched.read(kernel.touchedRows(true)), bound.items.gradients),
      }
    },

    ...rankings(kernel, arena, core?.product, core?.blockRows),
  }
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
