import { composeItems } from '../bags.js'
import type { TwoTowerConfig } from '../config.js'
import type { Engine, Pairs, SparseGradient, TrainingData, TwoTowerModel } from '../engine.js'
import { checkedOrder, checkFinite, checkIndices, checkModel, checkRows, checkTrained, divergence, isBounded, noData, rowsOf } from './checks.js'
import { kernelEngine } from './kernel-engine.js'
import type { Tensor, TensorFlow } from './tensorflow.js'

/** One step's interactions and pairs. */
interface Step {
  data: TrainingData
  batch: Int32Array
  pairs: Pairs
  pairBatch: Int32Array
}

/** The two tables [rows, dim]. */
type Tables = { users: Tensor; items: Tensor }

/** The model as TensorFlow differentiates it, on the vectors of one step. B interactions, P pairs, dimension D; scalars in nats. */
export interface Losses {
  /** Users U and items V [B, D], the items' indices `item` [B] and `logQ` [B]. */
  softmax(batch: Record<'U' | 'V' | 'item' | 'logQ', Tensor>, temperature: number): Tensor
  /** Users u, their chosen and rejected items [P, D], and weights [P]. */
  pair(pairs: Record<'u' | 'chosen' | 'rejected' | 'weight', Tensor>): Tensor
}

/** In-batch softmax with logQ correction, accidental hits masked, and BPR: the formula of `Engine`. */
export function twoTowerLosses(tf: TensorFlow): Losses {
  return {
    softmax({ U, V, item, logQ }, temperature) {
      const scores = tf.matMul(U, V, false, true).div(temperature).sub(logQ)
      const own = tf.eye(item.shape[0])
      const hits = item.expandDims(1).equal(item).logicalAnd(own.equal(0))
      return tf.logSoftmax(tf.where(hits, tf.fill(scores.shape, -1e30), scores)).mul(own).sum().div(-item.shape[0])
    },
    pair({ u, chosen, rejected, weight }) {
      return u.mul(chosen.sub(rejected)).sum(1).neg().softplus().mul(weight).mean()
    },
  }
}

/**
 * The oracle for the other engines, and the place to try another loss. Slow: every step makes gradients of the whole tables.
 * @param losses - what is minimised: softmax + pairWeight * pair
 */
export function autodiffEngine(tf: TensorFlow, version: string, losses = twoTowerLosses(tf)): Engine {
  const indices = (values: Int32Array) => tf.tensor1d(values, 'int32')
  const pick = (values: Int32Array, at: Int32Array) => at.map((k) => values[k])

  /** Rows of the table; with bags, sums of the items' tokens. */
  const itemVectors = (table: Tensor, item: Int32Array, { bags }: TrainingData): Tensor => {
    if (!bags) return tf.gather(table, indices(item))
    const tokens = Array.from(item, (i) => bags.token.subarray(bags.start[i], bags.start[i + 1]))
    const [token, place] = [tokens.flatMap((own) => [...own]), tokens.flatMap((own, k) => Array.from(own, () => k))]
    return tf.unsortedSegmentSum(tf.gather(table, indices(Int32Array.from(token))), indices(Int32Array.from(place)), item.length)
  }

  const softmaxLoss = ({ users, items }: Tables, { data, batch }: Step, { temperature }: TwoTowerConfig): Tensor => {
    const item = pick(data.item, batch)
    const logQ = tf.tensor1d(Float32Array.from(item, (i) => data.logQ[i]))
    return losses.softmax({ U: tf.gather(users, indices(pick(data.user, batch))), V: itemVectors(items, item, data), item: indices(item), logQ }, temperature)
  }

  const pairLoss = ({ users, items }: Tables, { data, pairs, pairBatch }: Step): Tensor => {
    const [chosen, rejected] = [pairs.chosen, pairs.rejected].map((side) => itemVectors(items, pick(side, pairBatch), data))
    const weight = tf.tensor1d(Float32Array.from(pairBatch, (k) => pairs.weight?.[k] ?? 1))
    return losses.pair({ u: tf.gather(users, indices(pick(pairs.user, pairBatch))), chosen, rejected, weight })
  }

  /** Both losses, and the gradient of softmaxLoss + w * pairLoss. */
  const differentiate = (tables: Tables, step: Step, config: TwoTowerConfig): { softmaxLoss: number; pairLoss: number; gradient: Tables } => {
    const [hasBatch, hasPairs] = [step.batch.length > 0, step.pairBatch.length > 0]
    const seen = { softmaxLoss: 0, pairLoss: 0 }
    const total = (users: Tensor, items: Tensor) => {
      const softmax = hasBatch ? softmaxLoss({ users, items }, step, config) : tf.scalar(0)
      // Only the items learn from pairs: the users are constants.
      const pair = hasPairs ? pairLoss({ users: config.pairGradient === 'joint' ? users : tables.users, items }, step) : tf.scalar(0)
      seen.softmaxLoss = softmax.dataSync()[0]
      seen.pairLoss = pair.dataSync()[0]
      // Both tables take part in every loss: TensorFlow refuses to differentiate by one that does not.
      return softmax.add(pair.mul(config.pairWeight)).add(users.sum().mul(0)).add(items.sum().mul(0))
    }
    const {
      grads: [users, items],
    } = tf.valueAndGrads(total)([tables.users.add(0), tables.items.add(0)])
    return { ...seen, gradient: { users, items } }
  }

  const tensorsOf = ({ dim, users, items }: TwoTowerModel): Tables => ({ users: tf.tensor2d(users, [rowsOf(users, dim), dim]), items: tf.tensor2d(items, [rowsOf(items, dim), dim]) })

  /** Adagrad over whole tables: a row without a gradient stays as it is. Gives the new tables and disposes of the old. */
  const descend = (tables: Tables, squares: Tables, gradient: Tables, learningRate: number): void => {
    for (const name of ['users', 'items'] as const) {
      const [sum, moved] = tf.tidy(() => {
        const sum = squares[name].add(gradient[name].square())
        return [sum, tables[name].sub(gradient[name].mul(learningRate).div(sum.sqrt().add(1e-10)))]
      })
      for (const old of [squares[name], tables[name], gradient[name]]) old.dispose()
      squares[name] = sum
      tables[name] = moved
    }
  }

  const run = (init: TwoTowerModel, config: TwoTowerConfig) => {
    const tables = tensorsOf(init)
    const squares = { users: tf.fill(tables.users.shape, config.accumulatorInit), items: tf.fill(tables.items.shape, config.accumulatorInit) }
    return {
      step(step: Step, mask?: Tables): { softmaxLoss: number; pairLoss: number } {
        const { gradient, ...seen } = tf.tidy(() => {
          const found = differentiate(tables, step, config)
          return mask ? { ...found, gradient: { users: found.gradient.users.mul(mask.users), items: found.gradient.items.mul(mask.items) } } : found
        })
        descend(tables, squares, gradient, config.learningRate)
        return seen
      },
      end(): TwoTowerModel {
        const model = { dim: init.dim, users: tables.users.dataSync(), items: tables.items.dataSync() }
        for (const { users, items } of [tables, squares]) [users, items].forEach((table) => table.dispose())
        return model
      },
    }
  }

  return {
    ...kernelEngine(`tfjs-autodiff ${version}`),

    train(data, pairs, plan, config) {
      checkModel(plan.init)
      checkIndices(plan.init, data, pairs)
      checkFinite({ 'plan.init.users': plan.init.users, 'plan.init.items': plan.init.items, 'data.logQ': data.logQ, 'pairs.weight': pairs.weight })
      const steps = Math.ceil(data.item.length / config.batchSize)
      const training = run(plan.init, config)
      const result = { softmaxLoss: [] as number[], pairLoss: [] as number[] }
      for (let epoch = 0; epoch < config.epochs && steps > 0; epoch++) {
        const order = checkedOrder('plan.order', plan.order(epoch), data.item.length, data.item.length)
        const pairOrder = checkedOrder('plan.pairOrder', plan.pairOrder(epoch), steps * plan.pairsPerStep, pairs.user.length)
        const sum = { softmaxLoss: 0, pairLoss: 0 }
        for (let s = 0; s < steps; s++) {
          const batch = order.subarray(s * config.batchSize, (s + 1) * config.batchSize)
          const seen = training.step({ data, batch, pairs, pairBatch: pairOrder.subarray(s * plan.pairsPerStep, (s + 1) * plan.pairsPerStep) })
          for (const name of ['softmaxLoss', 'pairLoss'] as const) sum[name] += seen[name] / steps
          if (!isBounded(seen.softmaxLoss, seen.pairLoss)) throw divergence({ softmax: seen.softmaxLoss, BPR: seen.pairLoss }, `in step ${s + 1} of ${steps}, epoch ${epoch + 1} of ${config.epochs}`, training.end())
        }
        result.softmaxLoss.push(sum.softmaxLoss)
        result.pairLoss.push(sum.pairLoss)
      }
      const table = training.end()
      checkTrained(table)
      return { model: data.bags ? composeItems(table, data.bags) : table, ...result }
    },

    fitItems(model, items, pairs, order, config) {
      checkModel(model)
      checkIndices(model, noData(model), pairs)
      checkRows('items', items, rowsOf(model.items, model.dim))
      checkedOrder('order', order, order.length, pairs.user.length)
      checkFinite({ 'model.users': model.users, 'model.items': model.items, 'pairs.weight': pairs.weight })
      const own = { ...config, pairWeight: 1, pairGradient: 'items' as const }
      const moves = new Float32Array(rowsOf(model.items, model.dim))
      for (const item of items) moves[item] = 1
      const mask = { users: tf.scalar(0), items: tf.tensor2d(moves, [moves.length, 1]) }
      const training = run(model, own)
      const { proxy } = config
      for (let from = 0; from < order.length; from += proxy.batchSize) {
        const { pairLoss } = training.step({ data: noData(model), batch: new Int32Array(0), pairs, pairBatch: order.subarray(from, from + proxy.batchSize) }, mask)
        if (!isBounded(0, pairLoss)) throw divergence({ softmax: 0, BPR: pairLoss }, 'in a proxy training', training.end())
      }
      mask.items.dispose()
      mask.users.dispose()
      return { ...training.end(), users: model.users }
    },

    gradients(model, data, batch, pairs, pairBatch, config) {
      checkModel(model)
      checkIndices(model, data, pairs)
      checkedOrder('batch', batch, batch.length, data.item.length)
      checkedOrder('pairBatch', pairBatch, pairBatch.length, pairs.user.length)
      const touchedUsers = [pick(data.user, batch), config.pairGradient === 'joint' ? pick(pairs.user, pairBatch) : new Int32Array(0)]
      const touchedItems = [pick(data.item, batch), pick(pairs.chosen, pairBatch), pick(pairs.rejected, pairBatch)]
      const tokensOf = (item: number) => (data.bags ? [...data.bags.token.subarray(data.bags.start[item], data.bags.start[item + 1])] : [item])
      return tf.tidy(() => {
        const { gradient, softmaxLoss, pairLoss } = differentiate(tensorsOf(model), { data, batch, pairs, pairBatch }, config)
        return {
          softmaxLoss,
          pairLoss,
          users: rowsTouched(gradient.users.dataSync(), model.dim, touchedUsers.flatMap((own) => [...own])),
          items: rowsTouched(gradient.items.dataSync(), model.dim, touchedItems.flatMap((own) => [...own].flatMap(tokensOf))),
        }
      })
    },
  }
}

function rowsTouched(values: Float32Array, dim: number, touched: number[]): SparseGradient {
  const rows = Int32Array.from(new Set(touched)).sort()
  const out = new Float32Array(rows.length * dim)
  rows.forEach((row, k) => out.set(values.subarray(row * dim, (row + 1) * dim), k * dim))
  return { rows, values: out }
}
