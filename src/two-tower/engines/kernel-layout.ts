import type { TwoTowerConfig } from '../config.js'
import type { Pairs, TrainingData, TwoTowerModel } from '../engine.js'
import { rowsOf } from './checks.js'
import type { Kernel } from './kernel-binding.js'
import { type Arena, type MatrixBlock, type Numbers, padded } from './memory.js'

/** The largest step of a call. */
export interface StepSize {
  batchSize: number
  numPairs: number
}

/** An embedding table, and the work space for the rows that a step touches. */
export interface TableMemory {
  /** Each row's embedding and its accumulators side by side [numRows, 2 * padded dim]. */
  records: MatrixBlock
  /** Place of each row among those touched, -1 = untouched [numRows]. */
  slots: Numbers<Int32Array>
  touched: Numbers<Int32Array>
  gradients: MatrixBlock
}

/** The part of a batch's work space that is read outside of the kernel too. */
export interface BatchMemory {
  U: MatrixBlock
  V: MatrixBlock
  dU: MatrixBlock
  dV: MatrixBlock
  bias: Numbers<Float32Array>
  probability: Numbers<Float32Array>
  hits: Numbers<Int32Array>
}

/** Where a model, its data and the work space of its steps lie in the kernel's memory. */
export interface Layout {
  users: TableMemory
  items: TableMemory
  batch: BatchMemory
  /** A copy of the embeddings as they are now. */
  tables(): TwoTowerModel
}

/** Lays model, data and work space out in memory and tells the kernel where they are. */
export function layOut(
  kernel: Kernel,
  space: Arena,
  model: TwoTowerModel,
  data: TrainingData,
  pairs: Pairs,
  config: TwoTowerConfig,
  { batchSize, numPairs }: StepSize,
): Layout {
  const { dim } = model
  const { accumulatorInit } = config
  const mostItems = data.bags ? Infinity : batchSize + 2 * numPairs
  const users = layOutTable(space, dim, model.users, batchSize + numPairs, accumulatorInit)
  const items = layOutTable(space, dim, model.items, mostItems, accumulatorInit)
  for (const table of [users, items])
    kernel.bindTable(
      table === items,
      table.records.address,
      table.slots.address,
      table.touched.address,
      table.gradients.address,
    )
  const batch = layOutBatch(kernel, space, dim, batchSize, data.logQ.length)
  layOutData(kernel, space, data, pairs)
  kernel.configure(
    padded(dim),
    config.temperature,
    config.learningRate,
    config.pairWeight,
    config.pairGradient === 'joint',
  )
  const tables = () => ({ dim, users: users.records.read(), items: items.records.read() })
  return { tables, users, items, batch }
}

/** Rows and accumulators of a table, of which a step touches at most `most`. */
function layOutTable(
  space: Arena,
  dim: number,
  values: Float32Array,
  most: number,
  accumulatorInit: number,
): TableMemory {
  const numRows = rowsOf(values, dim)
  const mostTouched = Math.min(numRows, most)
  const records = space.matrix(numRows, dim, 2 * padded(dim))
  const slots = space.int32(numRows).fill(-1)
  records.write(values)
  records.fillFrom(padded(dim), accumulatorInit)
  return {
    records,
    slots,
    touched: space.int32(mostTouched),
    gradients: space.matrix(mostTouched, dim),
  }
}

/** Places of equal items that a batch may hold before a dense core leaves it to the kernel. */
const mostHits = (batchSize: number) => 16 * batchSize

function layOutBatch(
  kernel: Kernel,
  space: Arena,
  dim: number,
  batchSize: number,
  numItems: number,
): BatchMemory {
  const size = padded(batchSize)
  const [U, V, VT, dU, dV] = Array.from({ length: 5 }, () => space.matrix(Math.max(8, size), dim))
  const S = space.float32(size * (size + 16))
  const [bias, probability, tile] = [size, size, 4 * Math.max(size, padded(dim))].map((length) =>
    space.float32(length),
  )
  const lastPlace = space.int32(numItems).fill(-1)
  const samePlace = space.int32(size)
  const hits = space.int32(4 * mostHits(batchSize))
  kernel.bindBatch(
    U.address,
    V.address,
    VT.address,
    dU.address,
    dV.address,
    S.address,
    bias.address,
    probability.address,
    tile.address,
    lastPlace.address,
    samePlace.address,
  )
  return { U, V, dU, dV, bias, probability, hits }
}

function layOutData(
  kernel: Kernel,
  space: Arena,
  { logQ, bags }: TrainingData,
  { user, chosen, rejected, weight }: Pairs,
): void {
  const floats = (values: Float32Array) => space.float32(values.length).set(values).address
  const integers = (values: Int32Array) => space.int32(values.length).set(values).address
  kernel.bindData(floats(logQ))
  kernel.bindBags(bags ? integers(bags.start) : 0, bags ? integers(bags.token) : 0)
  kernel.bindPairs(
    integers(user),
    integers(chosen),
    integers(rejected),
    floats(weight ?? new Float32Array(user.length).fill(1)),
  )
}
