import { range } from '../../util/typed.js'
import type { TwoTowerConfig } from '../config.js'
import type {
  Engine,
  Pairs,
  SparseGradient,
  StepGradients,
  TrainingData,
  TwoTowerModel,
} from '../engine.js'
import { checkStep } from './checks.js'
import type { DenseCore } from './dense-core.js'
import { type LoadedKernel, loadKernel } from './kernel-binding.js'
import { fitItems } from './kernel-fit.js'
import { layOut } from './kernel-layout.js'
import { places, score, topK } from './kernel-rankings.js'
import { stepper } from './kernel-step.js'
import { train } from './kernel-training.js'
import type { MatrixBlock } from './memory.js'

/**
 * An engine whose sparse part (gather, pairs, duplicate rows, Adagrad, top-K) is done in
 * WebAssembly SIMD128; the dense part there too, or in `core`.
 */
export function kernelEngine(name: string, core?: DenseCore): Engine {
  const loaded = loadKernel()
  return {
    name,
    train: (...training) => train(loaded, core, ...training),
    fitItems: (...fit) => fitItems(loaded, ...fit),
    gradients: (...step) => gradients(loaded, core, ...step),
    score: (...block) => score(loaded, core, ...block),
    topK: (...ranking) => topK(loaded, core, ...ranking),
    places: (...ranking) => places(loaded, core, ...ranking),
  }
}

function gradients(
  { kernel, arena }: LoadedKernel,
  core: DenseCore | undefined,
  model: TwoTowerModel,
  data: TrainingData,
  batch: Int32Array,
  pairs: Pairs,
  pairBatch: Int32Array,
  config: TwoTowerConfig,
): StepGradients {
  checkStep(model, data, batch, pairs, pairBatch)
  const space = arena()
  const { users, items, ...layout } = layOut(kernel, space, model, data, pairs, config, {
    batchSize: batch.length,
    numPairs: pairBatch.length,
  })
  const pairOrder = space.int32(pairBatch.length).set(pairBatch)
  const own = {
    ...data,
    user: batch.map((k) => data.user[k]),
    item: batch.map((k) => data.item[k]),
  }
  const { order, step } = stepper(kernel, space, layout.batch, own, config, core)
  order(range(batch.length))
  kernel.resetLosses()
  step(0, batch.length, pairOrder.address, pairBatch.length)
  return {
    softmaxLoss: kernel.softmaxLoss(),
    pairLoss: kernel.pairLoss(),
    users: sparse(users.touched.read(kernel.touchedRows(false)), users.gradients),
    items: sparse(items.touched.read(kernel.touchedRows(true)), items.gradients),
  }
}

function sparse(touched: Int32Array, gradients: MatrixBlock): SparseGradient {
  const order = Array.from(touched.keys()).sort((a, b) => touched[a] - touched[b])
  const values = new Float32Array(touched.length * gradients.dim)
  for (const [at, slot] of order.entries()) values.set(gradients.row(slot), at * gradients.dim)
  return { rows: Int32Array.from(order, (slot) => touched[slot]), values }
}
