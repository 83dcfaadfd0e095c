import { readFileSync } from 'node:fs'
import { ExecutionError } from '../../util/errors.js'
import type { TwoTowerConfig } from '../config.js'
import type { Pairs, TrainingData, TwoTowerModel } from '../engine.js'
import { rowsOf } from './checks.js'
import { Arena, padded } from './memory.js'

/** What assembly/kernel.ts exports; all pointers are byte addresses. */
export interface Kernel {
  bindTable(ofItems: boolean, records: number, slots: number, touched: number, gradients: number): void
  bindBatch(U: number, V: number, VT: number, dU: number, dV: number, S: number, bias: number, probability: number, tile: number, lastPlace: number, samePlace: number): void
  bindData(logQ: number): void
  bindBags(start: number, token: number): void
  bindPairs(user: number, chosen: number, rejected: number, weights: number): void
  configure(dim: number, temperature: number, rate: number, weight: number, pairsMoveUsers: boolean): void
  gather(userOf: number, itemOf: number, size: number, pairBatch: number, numPairs: number): void
  softmax(): void
  accidentalHits(hits: number, most: number): number
  softmaxLossOf(): void
  scatter(scale: number): void
  update(): void
  fit(order: number, n: number, batchSize: number, measured: number): void
  softmaxLoss(): number
  pairLoss(): number
  resetLosses(): void
  touchedRows(ofItems: boolean): number
  transposed(from: number, rows: number, cols: number, to: number): void
  product(A: number, m: number, B: number, n: number, k: number, out: number): void
  bindTopK(k: number, keys: number, sorted: number, waiting: number, bound: number): void
  offer(block: number, from: number, rows: number, column: number, width: number, count: number, outStart: number, out: number): void
  ranked(from: number, rows: number, positions: number, scores: number): void
  places(...operands: number[]): void
}

let compiled: WebAssembly.Module | undefined

/** An instance of the kernel, and what gives out its memory anew. One instance a thread. */
export function loadKernel(): { kernel: Kernel; arena: () => Arena } {
  compiled ??= new WebAssembly.Module(readFileSync(new URL('./kernel.wasm', import.meta.url)))
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 65536 })
  const abort = () => {
    throw new ExecutionError('the WebAssembly kernel stopped')
  }
  const kernel = new WebAssembly.Instance(compiled, { env: { memory, abort } }).exports as unknown as Kernel & { heapBase(): number }
  return { kernel, arena: () => new Arena(memory, kernel.heapBase()) }
}

/** Candidates of a row that wait to be sorted in by `offer`. */
export const waitingKeys = 16

/** Places of equal items that a batch may hold before a dense core leaves it to the kernel. */
const mostHits = (batchSize: number) => 16 * batchSize

/** What the steps of a call need at most. */
export interface StepSize {
  batchSize: number
  numPairs: number
}

/** Lays model, data and work space out in memory and tells the kernel where they are. */
export function bind(kernel: Kernel, space: Arena, model: TwoTowerModel, data: TrainingData, pairs: Pairs, config: TwoTowerConfig, { batchSize, numPairs }: StepSize) {
  const { dim } = model
  const { bags } = data
  const put = (values: Int32Array | Float32Array) => (values instanceof Int32Array ? space.int32(values.length).set(values) : space.float32(values.length).set(values)).address
  const users = table(space, dim, model.users, batchSize + numPairs, config.accumulatorInit)
  const items = table(space, dim, model.items, bags ? Infinity : batchSize + 2 * numPairs, config.accumulatorInit)
  for (const own of [users, items]) kernel.bindTable(own === items, own.records.address, own.slots.address, own.touched.address, own.gradients.address)
  const size = padded(batchSize)
  const [U, V, VT, dU, dV] = Array.from({ length: 5 }, () => space.matrix(Math.max(8, size), dim))
  const S = space.float32(size * (size + 16))
  const [bias, probability, tile] = [size, size, 4 * Math.max(size, padded(dim))].map((length) => space.float32(length))
  const lastPlace = space.int32(data.logQ.length).fill(-1)
  const samePlace = space.int32(size)
  const hits = space.int32(4 * mostHits(batchSize))
  kernel.bindBatch(...([U, V, VT, dU, dV, S, bias, probability, tile, lastPlace, samePlace].map(({ address }) => address) as Parameters<Kernel['bindBatch']>))
  kernel.bindData(put(data.logQ))
  kernel.bindBags(bags ? put(bags.start) : 0, bags ? put(bags.token) : 0)
  kernel.bindPairs(put(pairs.user), put(pairs.chosen), put(pairs.rejected), put(pairs.weight ?? new Float32Array(pairs.user.length).fill(1)))
  kernel.configure(padded(dim), config.temperature, config.learningRate, config.pairWeight, config.pairGradient === 'joint')
  const tables = () => ({ dim, users: users.records.read(), items: items.records.read() })
  return { tables, users, items, batch: { U, V, dU, dV, bias, probability, hits } }
}

/** Rows and accumulators of a table, of which a step touches at most `most`. */
function table(space: Arena, dim: number, values: Float32Array, most: number, accumulatorInit: number) {
  const numRows = rowsOf(values, dim)
  const mostTouched = Math.min(numRows, most)
  const records = space.matrix(numRows, dim, 2 * padded(dim))
  const slots = space.int32(numRows).fill(-1)
  records.write(values)
  records.fillFrom(padded(dim), accumulatorInit)
  return { records, slots, touched: space.int32(mostTouched), gradients: space.matrix(mostTouched, dim) }
}
