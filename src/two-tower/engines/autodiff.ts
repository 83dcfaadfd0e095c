import { composeItems } from '../bags.js'
import type { TwoTowerConfig } from '../config.js'
import type {
  Engine,
  Pairs,
  SparseGradient,
  StepGradients,
  TrainingData,
  TrainingPlan,
  TrainingResult,
  TwoTowerModel,
} from '../engine.js'
import { type Autodiff, differentiate, picked } from './autodiff-step.js'
import { tensorsOf, trainedTables } from './autodiff-tables.js'
import {
  checkedEpoch,
  checkFinite,
  checkFit,
  checkStep,
  checkTrained,
  checkTraining,
  divergence,
  isBounded,
  noData,
  rowsOf,
} from './checks.js'
import { type EngineRecord, withPackage } from './engine-record.js'
import { kernelEngine } from './kernel-engine.js'
import { type Losses, twoTowerLosses } from './losses.js'
import type { InstalledPackage } from './installed-package.js'
import { anyTensorFlow, loadTensorFlow, type TensorFlow } from './tensorflow.js'

/** The loss in a few lines, which TensorFlow differentiates; in plain JavaScript where need be. */
export const tfjsAutodiff: EngineRecord = {
  name: 'tfjs-autodiff',
  needs: anyTensorFlow,
  make: (found) => autodiffOf(found),
  slow: true,
}

/**
 * Makes an engine that trains by custom losses, which TensorFlow differentiates: a way to try an
 * idea before its gradients are written by hand. Slow: each step makes gradients of whole tables.
 * @param name - part of the engine's name, and so of a result's provenance
 * @param losses - replaces one of the two losses, or both
 * @throws ConfigError that says how to install what is missing
 * @example
 * // A hinge where BPR has a softplus.
 * const engine = engineWithLosses('hinge', () => ({
 *   pair: ({ u, chosen, rejected, weight }) =>
 *     u.mul(chosen.sub(rejected)).sum(1).neg().add(1).relu().mul(weight).mean(),
 * }))
 */
export function engineWithLosses(
  name: string,
  losses: (tf: TensorFlow) => Partial<Losses> = () => ({}),
): Engine {
  return withPackage(tfjsAutodiff.name, anyTensorFlow, (found) =>
    autodiffOf(found, `, losses ${name}`, losses),
  )
}

/**
 * An engine whose losses TensorFlow differentiates: the oracle for the other engines, and the place
 * to try another loss. Slow: every step makes gradients of the whole tables. Rankings are the
 * kernel's.
 */
function autodiffOf(
  found: InstalledPackage,
  suffix = '',
  losses: (tf: TensorFlow) => Partial<Losses> = () => ({}),
): Engine {
  const tf = loadTensorFlow(found)
  const autodiff = { tf, losses: { ...twoTowerLosses(tf), ...losses(tf) } }
  return {
    ...kernelEngine(`tfjs-autodiff ${found.version}${suffix}`),
    train: (...training) => train(autodiff, ...training),
    fitItems: (...fit) => fitItems(autodiff, ...fit),
    gradients: (...step) => gradients(autodiff, ...step),
  }
}

function train(
  autodiff: Autodiff,
  data: TrainingData,
  pairs: Pairs,
  plan: TrainingPlan,
  config: TwoTowerConfig,
): TrainingResult {
  checkTraining(data, pairs, plan)
  const { batchSize, epochs } = config
  const { pairsPerStep } = plan
  const steps = Math.ceil(data.item.length / batchSize)
  const training = trainedTables(autodiff, plan.init, config)
  const softmaxLoss: number[] = []
  const pairLoss: number[] = []
  for (let epoch = 0; epoch < epochs && steps > 0; epoch++) {
    const { order, pairOrder } = checkedEpoch(plan, epoch, steps, data, pairs)
    let [softmaxSum, pairSum] = [0, 0]
    for (let s = 0; s < steps; s++) {
      const batch = order.subarray(s * batchSize, (s + 1) * batchSize)
      const pairBatch = pairOrder.subarray(s * pairsPerStep, (s + 1) * pairsPerStep)
      const seen = training.step({ data, batch, pairs, pairBatch })
      softmaxSum += seen.softmaxLoss / steps
      pairSum += seen.pairLoss / steps
      if (!isBounded(seen.softmaxLoss, seen.pairLoss))
        throw divergence(
          { softmax: seen.softmaxLoss, BPR: seen.pairLoss },
          `in step ${s + 1} of ${steps}, epoch ${epoch + 1} of ${epochs}`,
          training.end(),
        )
    }
    softmaxLoss.push(softmaxSum)
    pairLoss.push(pairSum)
  }
  const table = training.end()
  checkTrained(table)
  return { model: data.bags ? composeItems(table, data.bags) : table, softmaxLoss, pairLoss }
}

function fitItems(
  autodiff: Autodiff,
  model: TwoTowerModel,
  items: Int32Array,
  pairs: Pairs,
  order: Int32Array,
  config: TwoTowerConfig,
): TwoTowerModel {
  checkFit(model, items, pairs, order)
  checkFinite({
    'model.users': model.users,
    'model.items': model.items,
    'pairs.weight': pairs.weight,
  })
  const { tf } = autodiff
  const moves = new Float32Array(rowsOf(model.items, model.dim))
  for (const item of items) moves[item] = 1
  const mask = { users: tf.scalar(0), items: tf.tensor2d(moves, [moves.length, 1]) }
  const training = trainedTables(autodiff, model, {
    ...config,
    pairWeight: 1,
    pairGradient: 'items',
  })
  const [data, batch] = [noData(model), new Int32Array(0)]
  const { batchSize } = config.proxy
  for (let from = 0; from < order.length; from += batchSize) {
    const pairBatch = order.subarray(from, from + batchSize)
    const { pairLoss } = training.step({ data, batch, pairs, pairBatch }, mask)
    if (!isBounded(0, pairLoss))
      throw divergence({ softmax: 0, BPR: pairLoss }, 'in a proxy training', training.end())
  }
  mask.items.dispose()
  mask.users.dispose()
  return { ...training.end(), users: model.users }
}

function gradients(
  autodiff: Autodiff,
  model: TwoTowerModel,
  data: TrainingData,
  batch: Int32Array,
  pairs: Pairs,
  pairBatch: Int32Array,
  config: TwoTowerConfig,
): StepGradients {
  checkStep(model, data, batch, pairs, pairBatch)
  const { bags } = data
  const users = [
    ...picked(data.user, batch),
    ...(config.pairGradient === 'joint' ? picked(pairs.user, pairBatch) : []),
  ]
  const items = [
    ...picked(data.item, batch),
    ...picked(pairs.chosen, pairBatch),
    ...picked(pairs.rejected, pairBatch),
  ]
  const rows = bags
    ? items.flatMap((item) => [...bags.token.subarray(bags.start[item], bags.start[item + 1])])
    : items
  const { tf } = autodiff
  return tf.tidy(() => {
    const step = { data, batch, pairs, pairBatch }
    const found = differentiate(autodiff, tensorsOf(tf, model), step, config)
    return {
      softmaxLoss: found.softmaxLoss,
      pairLoss: found.pairLoss,
      users: rowsTouched(found.gradient.users.dataSync(), model.dim, users),
      items: rowsTouched(found.gradient.items.dataSync(), model.dim, rows),
    }
  })
}

function rowsTouched(values: Float32Array, dim: number, touched: number[]): SparseGradient {
  const rows = Int32Array.from(new Set(touched)).sort()
  const out = new Float32Array(rows.length * dim)
  rows.forEach((row, k) => out.set(values.subarray(row * dim, (row + 1) * dim), k * dim))
  return { rows, values: out }
}
