import { readFileSync } from 'node:fs'
import { ExecutionError } from '../../util/errors.js'
import type { TwoTowerConfig } from '../config.js'
import type { Pairs, TrainingData, TwoTowerModel } from '../engine.js'
import { rowsOf } from './checks.js'
import { Arena, padded } from './memory.js'

/** What assembly/kernel.ts exports; all pointers are byte addresses. */
export interface Kernel {
  bindModel(dim: number, users: number, items: number, userSquares: number, itemSquares: number): void
  bindStep(userSlots: number, itemSlots: number, touchedUsers: number, touchedItems: number, userGradients: number, itemGradients: number): void
  bindBatch(user: number, item: number, U: number, V: number, VT: number, dU: number, dV: number, S: number, bias: number, probability: number, tile: number, lastPlace: number, samePlace: number): void
  bindData(logQ: number): void
  bindBags(start: number, token: number): void
  bindPairs(user: number, chosen: number, rejected: number, weights: number): void
  configure(temperature: number, rate: number, weight: number, pairsMoveUsers: boolean): void
  gather(size: number): void
  softmax(size: number): void
  accidentalHits(size: number, hits: number, most: number): number
  softmaxLossOf(size: number): void
  scatter(size: number, scale: number, pairBatch: number, numPairs: number): void
  update(): void
  fit(order: number, n: number, batchSize: number): void
  softmaxLoss(): number
  pairLoss(): number
  resetLosses(): void
  touchedUserCount(): number
  touchedItemCount(): number
  transposed(from: number, rows: number, cols: number, to: number): void
  product(A: number, m: number, B: number, n: number, k: number, out: number): void
  topK(...operands: number[]): void
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

/** Places of equal items that a batch may hold before a dense core leaves it to the kernel. */
export const mostHits = (batchSize: number) => 16 * batchSize

/** Lays model, data and work space out in memory and tells the kernel where they are. */
export function bind(kernel: Kernel, space: Arena, model: TwoTowerModel, data: TrainingData, pairs: Pairs, config: TwoTowerConfig, batchSize: number, numPairs = pairs.user.length) {
  const { dim } = model
  const numUsers = rowsOf(model.users, dim)
  const numItems = rowsOf(model.items, dim)
  const users = space.matrix(numUsers, dim)
  const items = space.matrix(numItems, dim)
  const userSquares = space.matrix(numUsers, dim)
  const itemSquares = space.matrix(numItems, dim)
  const userSlots = space.int32(numUsers)
  const itemSlots = space.int32(numItems)
  const mostUsers = Math.min(numUsers, batchSize + numPairs)
  const { bags } = data
  const mostItems = bags ? numItems : Math.min(numItems, batchSize + 2 * numPairs)
  const touchedUsers = space.int32(mostUsers)
  const touchedItems = space.int32(mostItems)
  const userGradients = space.matrix(mostUsers, dim)
  const itemGradients = space.matrix(mostItems, dim)
  const size = padded(batchSize)
  const [U, V, VT, dU, dV] = Array.from({ length: 5 }, () => space.float32(Math.max(8, size) * users.stride))
  const S = space.float32(size * (size + 16))
  const [bias, probability, tile] = [size, size, 4 * Math.max(size, users.stride)].map((length) => space.float32(length))
  const [user, item, samePlace] = Array.from({ length: 3 }, () => space.int32(size))
  const lastPlace = space.int32(data.logQ.length).set(new Int32Array(data.logQ.length).fill(-1))
  const hits = space.int32(4 * mostHits(batchSize))
  const [chosen, rejected, pairUser] = [pairs.chosen, pairs.rejected, pairs.user].map((from) => space.int32(from.length).set(from))
  const frequency = space.float32(data.logQ.length).set(data.logQ)
  const weights = space.float32(pairs.user.length).set(pairs.weight ?? new Float32Array(pairs.user.length).fill(1))
  users.write(model.users)
  items.write(model.items)
  userSquares.fill(config.accumulatorInit)
  itemSquares.fill(config.accumulatorInit)
  userSlots.set(new Int32Array(numUsers).fill(-1))
  itemSlots.set(new Int32Array(numItems).fill(-1))
  kernel.bindModel(users.stride, users.address, items.address, userSquares.address, itemSquares.address)
  kernel.bindStep(userSlots.address, itemSlots.address, touchedUsers.address, touchedItems.address, userGradients.address, itemGradients.address)
  kernel.bindBatch(...([user, item, U, V, VT, dU, dV, S, bias, probability, tile, lastPlace, samePlace].map(({ address }) => address) as Parameters<Kernel['bindBatch']>))
  kernel.bindData(frequency.address)
  const [bagStart, bagToken] = bags ? [bags.start, bags.token].map((from) => space.int32(from.length).set(from).address) : [0, 0]
  kernel.bindBags(bagStart, bagToken)
  kernel.bindPairs(pairUser.address, chosen.address, rejected.address, weights.address)
  kernel.configure(config.temperature, config.learningRate, config.pairWeight, config.pairGradient === 'joint')
  const tables = () => ({ dim, users: users.read(), items: items.read() })
  return { tables, batch: { stride: users.stride, user, item, U, V, dU, dV, bias, probability, hits }, users, items, itemSlots, touchedUsers, touchedItems, userGradients, itemGradients }
}
