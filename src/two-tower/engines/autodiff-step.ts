import type { TwoTowerConfig } from '../config.js'
import type { Pairs, TrainingData } from '../engine.js'
import type { Losses } from './losses.js'
import type { Tensor, TensorFlow } from './tensorflow.js'

/** A TensorFlow, and the losses that it differentiates. */
export interface Autodiff {
  tf: TensorFlow
  losses: Losses
}

/** The two tables [rows, dim]. */
export interface Tables {
  users: Tensor
  items: Tensor
}

/** One step's interactions and pairs. */
export interface Step {
  data: TrainingData
  batch: Int32Array
  pairs: Pairs
  pairBatch: Int32Array
}

/** Both losses of a step, nats. */
export interface StepLosses {
  softmaxLoss: number
  pairLoss: number
}

/** Both losses, and the gradient of softmaxLoss + w * pairLoss; of whole tables, hence slow. */
export function differentiate(
  autodiff: Autodiff,
  tables: Tables,
  step: Step,
  config: TwoTowerConfig,
): StepLosses & { gradient: Tables } {
  const { tf } = autodiff
  const [hasBatch, hasPairs] = [step.batch.length > 0, step.pairBatch.length > 0]
  const seen = { softmaxLoss: 0, pairLoss: 0 }
  const total = (users: Tensor, items: Tensor) => {
    const softmax = hasBatch ? softmaxLoss(autodiff, { users, items }, step, config) : tf.scalar(0)
    // Only the items learn from pairs: the users are constants.
    const pairUsers = config.pairGradient === 'joint' ? users : tables.users
    const pair = hasPairs ? pairLoss(autodiff, { users: pairUsers, items }, step) : tf.scalar(0)
    seen.softmaxLoss = softmax.dataSync()[0]
    seen.pairLoss = pair.dataSync()[0]
    // TensorFlow refuses to differentiate by a table that does not take part in the loss.
    return softmax.add(pair.mul(config.pairWeight)).add(users.sum().mul(0)).add(items.sum().mul(0))
  }
  const {
    grads: [users, items],
  } = tf.valueAndGrads(total)([tables.users.add(0), tables.items.add(0)])
  return { ...seen, gradient: { users, items } }
}

function softmaxLoss(
  { tf, losses }: Autodiff,
  { users, items }: Tables,
  { data, batch }: Step,
  { temperature }: TwoTowerConfig,
): Tensor {
  const item = picked(data.item, batch)
  const logQ = tf.tensor1d(Float32Array.from(item, (i) => data.logQ[i]))
  return losses.softmax(
    {
      U: tf.gather(users, tf.tensor1d(picked(data.user, batch), 'int32')),
      V: itemVectors(tf, items, item, data),
      item: tf.tensor1d(item, 'int32'),
      logQ,
    },
    temperature,
  )
}

function pairLoss(
  { tf, losses }: Autodiff,
  { users, items }: Tables,
  { data, pairs, pairBatch }: Step,
): Tensor {
  const [chosen, rejected] = [pairs.chosen, pairs.rejected].map((side) =>
    itemVectors(tf, items, picked(side, pairBatch), data),
  )
  const weight = tf.tensor1d(Float32Array.from(pairBatch, (k) => pairs.weight?.[k] ?? 1))
  return losses.pair({
    u: tf.gather(users, tf.tensor1d(picked(pairs.user, pairBatch), 'int32')),
    chosen,
    rejected,
    weight,
  })
}

/** Rows of the table; with bags, sums of the items' tokens. */
function itemVectors(
  tf: TensorFlow,
  table: Tensor,
  item: Int32Array,
  { bags }: TrainingData,
): Tensor {
  const indices = (values: Iterable<number>) => tf.tensor1d(Int32Array.from(values), 'int32')
  if (!bags) return tf.gather(table, indices(item))
  const tokens = Array.from(item, (i) => bags.token.subarray(bags.start[i], bags.start[i + 1]))
  const token = tokens.flatMap((own) => [...own])
  const place = tokens.flatMap((own, k) => Array.from(own, () => k))
  return tf.unsortedSegmentSum(tf.gather(table, indices(token)), indices(place), item.length)
}

/** The values at these places. */
export function picked(values: Int32Array, at: Int32Array): Int32Array {
  return at.map((k) => values[k])
}
