import { composeItems } from '../bags.js'
import type { TwoTowerConfig } from '../config.js'
import type { Pairs, TrainingData, TrainingPlan, TrainingResult } from '../engine.js'
import { checkedEpoch, checkTrained, checkTraining, divergence, isBounded } from './checks.js'
import type { DenseCore } from './dense-core.js'
import type { Kernel, LoadedKernel } from './kernel-binding.js'
import { type Layout, layOut } from './kernel-layout.js'
import { type Stepper, stepper } from './kernel-step.js'

/** `Engine.train` in the kernel; the dense part in `core` where there is one. */
export function train(
  { kernel, arena }: LoadedKernel,
  core: DenseCore | undefined,
  data: TrainingData,
  pairs: Pairs,
  plan: TrainingPlan,
  config: TwoTowerConfig,
): TrainingResult {
  checkTraining(data, pairs, plan)
  const numInteractions = data.item.length
  const { pairsPerStep } = plan
  const space = arena()
  const layout = layOut(kernel, space, plan.init, data, pairs, config, {
    batchSize: Math.min(config.batchSize, numInteractions),
    numPairs: pairsPerStep,
  })
  const steps = Math.ceil(numInteractions / config.batchSize)
  const pairOrder = space.int32(steps * pairsPerStep)
  const stepping = stepper(kernel, space, layout.batch, data, config, core)
  const softmaxLoss: number[] = []
  const pairLoss: number[] = []
  for (let epoch = 0; epoch < config.epochs && steps > 0; epoch++) {
    const orders = checkedEpoch(plan, epoch, steps, data, pairs)
    stepping.order(orders.order)
    pairOrder.set(orders.pairOrder)
    trainEpoch(kernel, stepping, layout, {
      steps,
      batchSize: config.batchSize,
      numInteractions,
      pairOrder: pairOrder.address,
      pairsPerStep,
      where: (step) => `in step ${step + 1} of ${steps}, epoch ${epoch + 1} of ${config.epochs}`,
    })
    softmaxLoss.push(kernel.softmaxLoss() / steps)
    pairLoss.push(kernel.pairLoss() / steps)
  }
  const table = layout.tables()
  checkTrained(table)
  return { model: data.bags ? composeItems(table, data.bags) : table, softmaxLoss, pairLoss }
}

interface EpochSteps {
  steps: number
  batchSize: number
  numInteractions: number
  /** Address of the pairs' indices, step after step. */
  pairOrder: number
  pairsPerStep: number
  /** Says which step, for an error. */
  where(step: number): string
}

/**
 * Does the steps of an epoch; the kernel's losses are then their sums.
 * @throws ExecutionError when a loss is not finite, or far too large
 */
function trainEpoch(
  kernel: Kernel,
  { step }: Stepper,
  { tables }: Layout,
  { steps, batchSize, numInteractions, pairOrder, pairsPerStep, where }: EpochSteps,
): void {
  kernel.resetLosses()
  let [softmaxSum, pairSum] = [0, 0]
  for (let s = 0; s < steps; s++) {
    const from = s * batchSize
    const size = Math.min(batchSize, numInteractions - from)
    step(from, size, pairOrder + 4 * s * pairsPerStep, pairsPerStep)
    const [softmax, pair] = [kernel.softmaxLoss() - softmaxSum, kernel.pairLoss() - pairSum]
    if (!isBounded(softmax, pair)) throw divergence({ softmax, BPR: pair }, where(s), tables())
    softmaxSum += softmax
    pairSum += pair
    kernel.update()
  }
}
