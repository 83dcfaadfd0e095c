import type { TwoTowerConfig } from '../config.js'
import type { TrainingData } from '../engine.js'
import type { Batch, DenseCore } from './dense-core.js'
import type { Kernel } from './kernel-binding.js'
import type { BatchMemory } from './kernel-layout.js'
import type { Arena } from './memory.js'

/** Does the steps of a training, up to their gradients. */
export interface Stepper {
  /** Lays the interactions of an epoch, or of the one step, out in this order. */
  order(rows: Int32Array): void
  /**
   * A step of `size` interactions, from place `from` of the order on, and of the `numPairs` pairs
   * whose indices lie at the address `pairOrder`.
   */
  step(from: number, size: number, pairOrder: number, numPairs: number): void
}

/** A stepper; to be made once all other memory has been taken. */
export function stepper(
  kernel: Kernel,
  space: Arena,
  batch: BatchMemory,
  data: TrainingData,
  { temperature }: TwoTowerConfig,
  core?: DenseCore,
): Stepper {
  const [user, item] = [data.user, data.item].map(({ length }) => space.int32(length))
  const { hits } = batch
  const dense = core?.softmax(viewsOf(batch), temperature)
  return {
    order(rows) {
      for (const [to, from] of [
        [user.view(), data.user],
        [item.view(), data.item],
      ])
        for (let i = 0; i < rows.length; i++) to[i] = from[rows[i]]
    },
    step(from, size, pairOrder, numPairs) {
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

function viewsOf({ U, V, dU, dV, bias, probability, hits }: BatchMemory): Batch {
  return {
    stride: U.stride,
    U: U.view(),
    V: V.view(),
    dU: dU.view(),
    dV: dV.view(),
    bias: bias.view(),
    probability: probability.view(),
    hits: new BigInt64Array(hits.view().buffer, hits.address, hits.length / 2),
  }
}
