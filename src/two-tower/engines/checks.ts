import { ExecutionError, InputError } from '../../util/errors.js'
import type { Bags, Pairs, TrainingData, TrainingPlan, TwoTowerModel } from '../engine.js'

/** Rows of a table [rows, dim]. */
export const rowsOf = (values: Float32Array, dim: number) => values.length / dim

/** Checks the arguments of `Engine.train`. @throws InputError */
export function checkTraining(data: TrainingData, pairs: Pairs, { init }: TrainingPlan): void {
  checkModel(init)
  checkIndices(init, data, pairs)
  checkFinite({
    'plan.init.users': init.users,
    'plan.init.items': init.items,
    'data.logQ': data.logQ,
    'pairs.weight': pairs.weight,
  })
}

/** The orders of an epoch of `steps` steps. @throws InputError */
export function checkedEpoch(
  plan: TrainingPlan,
  epoch: number,
  steps: number,
  data: TrainingData,
  pairs: Pairs,
): { order: Int32Array; pairOrder: Int32Array } {
  const numInteractions = data.item.length
  const numDrawn = steps * plan.pairsPerStep
  return {
    order: checkedOrder('plan.order', plan.order(epoch), numInteractions, numInteractions),
    pairOrder: checkedOrder('plan.pairOrder', plan.pairOrder(epoch), numDrawn, pairs.user.length),
  }
}

/**
 * Checks the arguments of `Engine.fitItems`, but for whether all numbers are finite: an engine
 * checks that of the rows that it reads.
 * @throws InputError
 */
export function checkFit(
  model: TwoTowerModel,
  items: Int32Array,
  pairs: Pairs,
  order: Int32Array,
): void {
  checkModel(model)
  checkIndices(model, noData(model), pairs)
  checkRows('items', items, rowsOf(model.items, model.dim))
  checkedOrder('order', order, order.length, pairs.user.length)
}

/** Checks the arguments of `Engine.gradients`. @throws InputError */
export function checkStep(
  model: TwoTowerModel,
  data: TrainingData,
  batch: Int32Array,
  pairs: Pairs,
  pairBatch: Int32Array,
): void {
  checkModel(model)
  checkIndices(model, data, pairs)
  checkedOrder('batch', batch, batch.length, data.item.length)
  checkedOrder('pairBatch', pairBatch, pairBatch.length, pairs.user.length)
}

/** Checks that both tables have whole rows. @throws InputError */
export function checkModel({ dim, users, items }: TwoTowerModel): void {
  if (!Number.isInteger(dim) || dim < 1)
    throw new InputError(`model.dim is ${dim}; it must be a whole number of at least 1`)
  for (const [name, values] of Object.entries({ users, items }))
    if (values.length % dim !== 0)
      throw new InputError(
        `model.${name} has ${values.length} numbers, not a multiple of dim ${dim}`,
      )
}

function checkIndices(
  { dim, users, items }: TwoTowerModel,
  data: TrainingData,
  pairs: Pairs,
): void {
  const [numUsers, numRows] = [rowsOf(users, dim), rowsOf(items, dim)]
  const numItems = data.bags ? data.bags.start.length - 1 : numRows
  if (data.bags) checkBags(data.bags, numRows)
  const sameLength = (name: string, got: number, expected: number) => {
    if (got !== expected)
      throw new InputError(`${name} has ${got} entries where ${expected} are expected`)
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

function checkBags({ start, token }: Bags, numRows: number): void {
  if (start[0] !== 0 || start.some((at, k) => k > 0 && at < start[k - 1]))
    throw new InputError('data.bags.start must begin at 0 and never fall')
  if (start.at(-1) !== token.length)
    throw new InputError(
      `data.bags.start ends at ${start.at(-1)}, but there are ${token.length} tokens`,
    )
  checkRows('data.bags.token', token, numRows)
}

function checkedOrder(name: string, order: Int32Array, length: number, below: number): Int32Array {
  if (order.length !== length)
    throw new InputError(`${name} has ${order.length} entries where ${length} are expected`)
  checkRows(name, order, below)
  return order
}

/** @throws InputError naming the first tensor with a number that is not finite */
export function checkFinite(tensors: Record<string, Float32Array | undefined>): void {
  for (const [name, values] of Object.entries(tensors)) {
    const at = values ? firstNotFinite(values) : -1
    if (at >= 0)
      throw new InputError(`${name} has ${values![at]} at ${at}; every number must be finite`)
  }
}

/**
 * Position of the first number that is not finite, or -1. Compares bits: an exponent of all ones is
 * infinite or no number.
 */
function firstNotFinite({ buffer, byteOffset, length }: Float32Array): number {
  const bits = new Int32Array(buffer, byteOffset, length)
  for (let k = 0; k < length; k++) if ((bits[k] & 0x7f800000) === 0x7f800000) return k
  return -1
}

function diverged(what: string): ExecutionError {
  return new ExecutionError(
    `${what}; use a smaller model.learningRate or a larger model.temperature`,
  )
}

/**
 * Checks that indices are in range: others would read or write elsewhere in the kernel's memory.
 * @throws InputError
 */
export function checkRows(name: string, indices: Int32Array, below: number): void {
  for (let k = 0; k < indices.length; k++)
    if (indices[k] < 0 || indices[k] >= below)
      throw new InputError(`${name} has index ${indices[k]}; allowed are 0 to ${below - 1}`)
}

/** @throws ExecutionError naming the first table that is not all finite */
export function checkTrained({ users, items }: TwoTowerModel): void {
  for (const [name, values] of Object.entries({ users, items }))
    if (firstNotFinite(values) >= 0) throw diverged(`the trained ${name} are not all finite`)
}

/** Training data without interactions, for steps of pairs alone. */
export const noData = ({ items, dim }: TwoTowerModel): TrainingData => ({
  user: new Int32Array(0),
  item: new Int32Array(0),
  logQ: new Float32Array(rowsOf(items, dim)),
})

/** Nats: a softmax whose right item has probability e^-1000 has learnt nothing, and will not. */
const mostLoss = 1000

/** Whether the losses of a step are finite, and not far beyond what a model of zeros has. */
export function isBounded(softmax: number, pair: number): boolean {
  return Math.abs(softmax) <= mostLoss && Math.abs(pair) <= mostLoss
}

/** The error of a training that diverged: names the loss, the step and the largest number. */
export function divergence(
  losses: { softmax: number; BPR: number },
  where: string,
  { dim, users, items }: TwoTowerModel,
): ExecutionError {
  const [name, loss] = Object.entries(losses).find(([, loss]) => !isBounded(loss, 0))!
  const largest = Object.entries({ users, items }).map(([name, values]) => {
    const size = (at: number) => (Number.isNaN(values[at]) ? Infinity : Math.abs(values[at]))
    let at = 0
    for (let k = 0; k < values.length; k++) if (size(k) > size(at)) at = k
    return { name, at, size: size(at) }
  })
  const { name: table, at } = largest[0].size >= largest[1].size ? largest[0] : largest[1]
  const value = { users, items }[table as 'users'][at]
  return diverged(
    `training diverged: the ${name} loss is ${loss.toPrecision(3)} ${where}, ` +
      `and row ${Math.floor(at / dim)} of ${table} has ${value.toPrecision(3)}`,
  )
}
