import { readFileSync } from 'node:fs'
import { ExecutionError, InputError } from '../../util/errors.js'
import { concat } from '../../util/typed.js'
import type { TwoTowerConfig } from '../config.js'
import type { Engine, Pairs, Positions, SparseGradient, TrainingData, TwoTowerModel } from '../engine.js'
import { composeItems } from '../bags.js'

/** What assembly/kernel.ts exports; all pointers are byte addresses. */
interface Kernel {
  heapBase(): number
  bindModel(dim: number, users: number, items: number, userSquares: number, itemSquares: number): void
  bindStep(userSlots: number, itemSlots: number, touchedUsers: number, touchedItems: number, userGradients: number, itemGradients: number, scratch: number): void
  bindData(user: number, item: number, logQ: number): void
  bindBags(start: number, token: number): void
  bindPairs(user: number, chosen: number, rejected: number, weights: number): void
  configure(temperature: number, rate: number, weight: number, pairsMoveUsers: boolean): void
  epoch(order: number, n: number, batchSize: number, pairOrder: number, pairsPerStep: number): number
  fit(order: number, n: number, batchSize: number): void
  step(batch: number, size: number, pairBatch: number, numPairs: number): void
  softmaxLoss(): number
  pairLoss(): number
  resetLosses(): void
  touchedUserCount(): number
  touchedItemCount(): number
  scores(users: number, numUsers: number, items: number, numItems: number, dim: number, work: number, out: number): void
  topK(...operands: number[]): void
  places(...operands: number[]): void
}

/** BLOCK of the kernel. */
const scoreRows = 32

let compiled: WebAssembly.Module | undefined

/** WebAssembly SIMD128 (no relaxed SIMD, no fused multiply-add): the same bits on every machine. One instance a thread. */
export function wasmEngine(): Engine {
  compiled ??= new WebAssembly.Module(readFileSync(new URL('./kernel.wasm', import.meta.url)))
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 65536 })
  const abort = () => {
    throw new ExecutionError('the WebAssembly kernel stopped')
  }
  const kernel = new WebAssembly.Instance(compiled, { env: { memory, abort } }).exports as unknown as Kernel
  const arena = () => new Arena(memory, kernel.heapBase())

  return {
    name: 'wasm',

    train(data, pairs, plan, config) {
      const { init } = plan
      checkModel(init)
      checkIndices(init, data, pairs)
      checkFinite({ 'plan.init.users': init.users, 'plan.init.items': init.items, 'data.logQ': data.logQ, 'pairs.weight': pairs.weight })
      const space = arena()
      const bound = bind(kernel, space, init, data, pairs, config, Math.min(config.batchSize, data.item.length))
      const order = space.int32(data.item.length)
      const steps = Math.ceil(data.item.length / config.batchSize)
      const pairOrder = space.int32(steps * plan.pairsPerStep)
      const softmaxLoss: number[] = []
      const pairLoss: number[] = []
      for (let epoch = 0; epoch < config.epochs && steps > 0; epoch++) {
        order.set(checkedOrder('plan.order', plan.order(epoch), data.item.length, data.item.length))
        pairOrder.set(checkedOrder('plan.pairOrder', plan.pairOrder(epoch), steps * plan.pairsPerStep, pairs.user.length))
        const failed = kernel.epoch(order.address, data.item.length, config.batchSize, pairOrder.address, plan.pairsPerStep)
        if (failed >= 0) throw diverged(`the ${Number.isFinite(kernel.softmaxLoss()) ? 'BPR' : 'softmax'} loss is no longer finite in step ${failed + 1} of ${steps}, epoch ${epoch + 1} of ${config.epochs}`)
        softmaxLoss.push(kernel.softmaxLoss() / steps)
        pairLoss.push(kernel.pairLoss() / steps)
      }
      const table = { dim: init.dim, users: bound.users.read(), items: bound.items.read() }
      for (const name of ['users', 'items'] as const) if (!allFinite(table[name])) throw diverged(`the trained ${name} are not all finite`)
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
      const bound = bind(kernel, space, part, noData(part), { ...pairs, user, chosen, rejected }, { ...config, pairWeight: 1 }, 0)
      const fitted = new Set(items)
      bound.itemSlots.set(itemRows.map((item) => (fitted.has(item) ? -1 : -2)))
      const placed = space.int32(order.length).set(order)
      kernel.fit(placed.address, order.length, config.proxy.batchSize)
      if (!Number.isFinite(kernel.pairLoss())) throw diverged('the BPR loss of a proxy training is no longer finite')
      const result = model.items.slice()
      const moved = bound.items.read()
      for (let k = 0; k < itemRows.length; k++) result.set(moved.subarray(k * model.dim, (k + 1) * model.dim), itemRows[k] * model.dim)
      return { dim: model.dim, users: model.users, items: result }
    },

    gradients(model, data, batch, pairs, pairBatch, config) {
      checkModel(model)
      checkIndices(model, data, pairs)
      checkedOrder('batch', batch, batch.length, data.item.length)
      checkedOrder('pairBatch', pairBatch, pairBatch.length, pairs.user.length)
      const space = arena()
      const bound = bind(kernel, space, model, data, pairs, config, batch.length, pairBatch.length)
      const rows = space.int32(batch.length)
      rows.set(batch)
      const pairRows = space.int32(pairBatch.length)
      pairRows.set(pairBatch)
      kernel.resetLosses()
      kernel.step(rows.address, batch.length, pairRows.address, pairBatch.length)
      return {
        softmaxLoss: kernel.softmaxLoss(),
        pairLoss: kernel.pairLoss(),
        users: sparse(bound.touchedUsers.read(kernel.touchedUserCount()), bound.userGradients),
        items: sparse(bound.touchedItems.read(kernel.touchedItemCount()), bound.itemGradients),
      }
    },

    score(model, users, items, out) {
      if (out.length !== users.length * items.length) throw new InputError(`out has ${out.length} numbers; scores of ${users.length} users x ${items.length} items need ${users.length * items.length}`)
      const space = arena()
      const { numUsers, numItems, operands, work } = operandsOf(space, model, users, items)
      const product = space.float32(numUsers * numItems)
      kernel.scores(...operands, work, product.address)
      const all = product.view()
      for (let row = 0; row < users.length; row++) out.set(all.subarray(row * numItems, row * numItems + items.length), row * items.length)
    },

    topK(model, users, items, k, exclude) {
      const position = new Int32Array(rowsOf(model.items, model.dim)).fill(-1)
      items.forEach((item, at) => (position[item] = at))
      const out = positionsOf(users.length, (row) => Array.from(exclude?.(users[row]) ?? [], (item) => position[item] ?? -1).filter((at) => at >= 0))
      const space = arena()
      const { numUsers, numItems, operands, work } = operandsOf(space, model, users, items)
      const left = put(space, out, numUsers)
      const block = space.float32(scoreRows * numItems)
      const [positions, best] = [space.int32(numUsers * k), space.float32(numUsers * k)]
      positions.view().fill(-1)
      best.view().fill(NaN)
      const [A, nU, B, nI, depth] = operands
      kernel.topK(A, nU, B, nI, items.length, depth, ...left, work, block.address, k, positions.address, best.address)
      const found = positions.view().subarray(0, users.length * k)
      return { items: found.map((at) => (at < 0 ? -1 : items[at])), scores: best.view().slice(0, users.length * k) }
    },

    places(model, users, items, own, out) {
      for (const [name, { start, at }] of Object.entries({ own, out })) {
        if (start.length !== users.length + 1 || start[users.length] !== at.length) throw new InputError(`${name}.start has ${start.length} numbers; ${users.length} users need ${users.length + 1}, the last ${at.length}`)
        checkRows(`${name}.at`, at, items.length)
      }
      const space = arena()
      const { numUsers, numItems, operands, work } = operandsOf(space, model, users, items)
      const left = put(space, out, numUsers)
      const wanted = put(space, own, numUsers)
      const block = space.float32(scoreRows * numItems)
      const [above, tied] = [space.int32(own.at.length), space.int32(own.at.length)]
      const [A, nU, B, nI, depth] = operands
      kernel.places(A, nU, B, nI, items.length, depth, ...left, work, block.address, ...wanted, above.address, tied.address)
      return { above: above.read(), tied: tied.read() }
    },
  }
}

/** Rows of users and items laid out for a product, with work space for the items' transpose. */
function operandsOf(space: Arena, model: TwoTowerModel, users: Int32Array, items: Int32Array) {
  checkModel(model)
  checkRows('users', users, rowsOf(model.users, model.dim))
  checkRows('items', items, rowsOf(model.items, model.dim))
  const [numUsers, numItems] = [padded(users.length), padded(items.length)]
  const A = space.matrix(numUsers, model.dim)
  const B = space.matrix(numItems, model.dim)
  const work = space.matrix(numItems, model.dim)
  A.writeRows(model.users, users)
  B.writeRows(model.items, items)
  return { numUsers, numItems, operands: [A.address, numUsers, B.address, numItems, A.stride] as const, work: work.address }
}

function positionsOf(rows: number, of: (row: number) => number[]): Positions {
  const lists = Array.from({ length: rows }, (_, row) => of(row))
  const start = new Int32Array(rows + 1)
  lists.forEach((list, row) => (start[row + 1] = start[row] + list.length))
  return { start, at: Int32Array.from(lists.flat()) }
}

/** Padded rows have no positions. */
function put(space: Arena, { start, at }: Positions, rows: number): [number, number] {
  const starts = new Int32Array(rows + 1).fill(at.length)
  starts.set(start)
  return [space.int32(rows + 1).set(starts).address, space.int32(at.length).set(at).address]
}

/** Lays model, data and work space out in memory and tells the kernel where they are. */
function bind(kernel: Kernel, space: Arena, model: TwoTowerModel, data: TrainingData, pairs: Pairs, config: TwoTowerConfig, batchSize: number, numPairs = pairs.user.length) {
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
  const scratch = space.float32(5 * Math.max(8, size) * users.stride + size * size + 2 * size)
  const [user, item, chosen, rejected, pairUser] = [data.user, data.item, pairs.chosen, pairs.rejected, pairs.user].map((from) => space.int32(from.length).set(from))
  const frequency = space.float32(data.logQ.length).set(data.logQ)
  const weights = space.float32(pairs.user.length).set(pairs.weight ?? new Float32Array(pairs.user.length).fill(1))
  users.write(model.users)
  items.write(model.items)
  userSquares.fill(config.accumulatorInit)
  itemSquares.fill(config.accumulatorInit)
  userSlots.set(new Int32Array(numUsers).fill(-1))
  itemSlots.set(new Int32Array(numItems).fill(-1))
  kernel.bindModel(users.stride, users.address, items.address, userSquares.address, itemSquares.address)
  kernel.bindStep(userSlots.address, itemSlots.address, touchedUsers.address, touchedItems.address, userGradients.address, itemGradients.address, scratch.address)
  kernel.bindData(user.address, item.address, frequency.address)
  const [bagStart, bagToken] = bags ? [bags.start, bags.token].map((from) => space.int32(from.length).set(from).address) : [0, 0]
  kernel.bindBags(bagStart, bagToken)
  kernel.bindPairs(pairUser.address, chosen.address, rejected.address, weights.address)
  kernel.configure(config.temperature, config.learningRate, config.pairWeight, config.pairGradient === 'joint')
  return { users, items, itemSlots, touchedUsers, touchedItems, userGradients, itemGradients }
}

/** Gives out memory from `next` on, all of it zero; what an earlier call left is overwritten. */
class Arena {
  constructor(
    readonly memory: WebAssembly.Memory,
    private next: number,
  ) {}

  int32(length: number): Numbers<Int32Array> {
    return new Numbers(this.memory, this.#take(length * 4), length, Int32Array)
  }

  float32(length: number): Numbers<Float32Array> {
    return new Numbers(this.memory, this.#take(length * 4), length, Float32Array)
  }

  matrix(numRows: number, dim: number): MatrixBlock {
    const stride = padded(dim)
    return new MatrixBlock(this.float32(numRows * stride), numRows, dim, stride)
  }

  #take(bytes: number): number {
    const address = Math.ceil(this.next / 16) * 16
    const needed = address + bytes
    const missing = needed - this.memory.buffer.byteLength
    if (missing > 0) {
      try {
        this.memory.grow(Math.ceil(missing / 65536))
      } catch (error) {
        throw new ExecutionError(`the model needs ${Math.ceil(needed / 2 ** 20)} MiB, more than WebAssembly has; use a smaller model.dim`, { cause: error })
      }
    }
    this.next = needed
    new Uint8Array(this.memory.buffer, address, bytes).fill(0)
    return address
  }
}

/** A typed array in WebAssembly memory; views are made anew, because growing the memory detaches old ones. */
class Numbers<T extends Int32Array | Float32Array> {
  constructor(
    private readonly memory: WebAssembly.Memory,
    readonly address: number,
    readonly length: number,
    private readonly type: { new (buffer: ArrayBuffer, address: number, length: number): T },
  ) {}

  view(): T {
    return new this.type(this.memory.buffer, this.address, this.length)
  }

  set(values: T): this {
    this.view().set(values)
    return this
  }

  /** A copy of the first `length` numbers. */
  read(length = this.length): T {
    return this.view().slice(0, length) as T
  }
}

/** A row-major matrix whose rows are padded with zeros to a multiple of 8. */
class MatrixBlock {
  constructor(
    private readonly numbers: Numbers<Float32Array>,
    readonly numRows: number,
    readonly dim: number,
    readonly stride: number,
  ) {}

  get address(): number {
    return this.numbers.address
  }

  fill(value: number): void {
    this.numbers.view().fill(value)
  }

  write(values: Float32Array): void {
    const view = this.numbers.view()
    if (this.stride === this.dim) return view.set(values)
    for (let row = 0; row < this.numRows; row++) view.set(values.subarray(row * this.dim, (row + 1) * this.dim), row * this.stride)
  }

  writeRows(values: Float32Array, rows: Int32Array): void {
    const view = this.numbers.view()
    for (const [at, row] of rows.entries()) view.set(values.subarray(row * this.dim, (row + 1) * this.dim), at * this.stride)
  }

  row(row: number): Float32Array {
    return this.numbers.view().slice(row * this.stride, row * this.stride + this.dim)
  }

  read(): Float32Array {
    const out = new Float32Array(this.numRows * this.dim)
    for (let row = 0; row < this.numRows; row++) out.set(this.numbers.view().subarray(row * this.stride, row * this.stride + this.dim), row * this.dim)
    return out
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

const padded = (n: number) => Math.ceil(n / 8) * 8

const rowsOf = (values: Float32Array, dim: number) => values.length / dim

const noData = ({ items, dim }: TwoTowerModel): TrainingData => ({
  user: new Int32Array(0),
  item: new Int32Array(0),
  logQ: new Float32Array(rowsOf(items, dim)),
})

function checkModel({ dim, users, items }: TwoTowerModel): void {
  if (!Number.isInteger(dim) || dim < 1) throw new InputError(`model.dim is ${dim}; it must be a whole number of at least 1`)
  for (const [name, values] of Object.entries({ users, items }))
    if (values.length % dim !== 0) throw new InputError(`model.${name} has ${values.length} numbers, not a multiple of dim ${dim}`)
}

function checkIndices({ dim, users, items }: TwoTowerModel, data: TrainingData, pairs: Pairs): void {
  const [numUsers, numRows] = [rowsOf(users, dim), rowsOf(items, dim)]
  const numItems = data.bags ? data.bags.start.length - 1 : numRows
  if (data.bags) {
    if (data.bags.start[0] !== 0 || data.bags.start.some((at, k) => k > 0 && at < data.bags!.start[k - 1])) throw new InputError('data.bags.start must begin at 0 and never fall')
    if (data.bags.start.at(-1) !== data.bags.token.length) throw new InputError(`data.bags.start ends at ${data.bags.start.at(-1)}, but there are ${data.bags.token.length} tokens`)
    checkRows('data.bags.token', data.bags.token, numRows)
  }
  const sameLength = (name: string, got: number, expected: number) => {
    if (got !== expected) throw new InputError(`${name} has ${got} entries where ${expected} are expected`)
  }
  sameLength('data.item', data.item.length, data.user.length)
  sameLength('data.logQ', data.logQ.length, numItems)
  sameLength('pairs.chosen', pairs.chosen.length, pairs.user.length)
  sameLength('pairs.rejected', pairs.rejected.length, pairs.user.length)
  sameLength('pairs.weight', pairs.weight?.length ?? pairs.user.length, pairs.user.length)
  checkRows('data.user', data.user, numUsers)
  checkRows('data.item', data.item, numItems)
  checkRows('pairs.user', pairs.user, numUsers)
  checkRows('pairs.chosen', pairs.chosen, numItems)
  checkRows('pairs.rejected', pairs.rejected, numItems)
}

function checkedOrder(name: string, order: Int32Array, length: number, below: number): Int32Array {
  if (order.length !== length) throw new InputError(`${name} has ${order.length} entries where ${length} are expected`)
  checkRows(name, order, below)
  return order
}

/** @throws InputError naming the first tensor with a number that is not finite */
function checkFinite(tensors: Record<string, Float32Array | undefined>): void {
  for (const [name, values] of Object.entries(tensors)) {
    const at = values && !allFinite(values) ? values.findIndex((x) => !Number.isFinite(x)) : -1
    if (at >= 0) throw new InputError(`${name} has ${values![at]} at ${at}; every number must be finite`)
  }
}

/** x - x is 0 for finite numbers alone. */
function allFinite(values: Float32Array): boolean {
  let sum = 0
  for (let k = 0; k < values.length; k++) sum += values[k] - values[k]
  return sum === 0
}

function diverged(what: string): ExecutionError {
  return new ExecutionError(`${what}; use a smaller model.learningRate or a larger model.temperature`)
}

/** An index out of range would be a read or write elsewhere in the kernel's memory. */
function checkRows(name: string, indices: Int32Array, below: number): void {
  for (const index of indices) if (index < 0 || index >= below) throw new InputError(`${name} has index ${index}; allowed are 0 to ${below - 1}`)
}
