import { concat } from '../../util/typed.js'
import type { TwoTowerConfig } from '../config.js'
import type { Pairs, TwoTowerModel } from '../engine.js'
import { checkFinite, checkFit, divergence, isBounded, noData, rowsOf } from './checks.js'
import type { LoadedKernel } from './kernel-binding.js'
import { layOut } from './kernel-layout.js'

/**
 * `Engine.fitItems` in the kernel: only the rows that the pairs name are copied in, and only the
 * fitted ones out.
 */
export function fitItems(
  { kernel, arena }: LoadedKernel,
  model: TwoTowerModel,
  items: Int32Array,
  pairs: Pairs,
  order: Int32Array,
  config: TwoTowerConfig,
): TwoTowerModel {
  checkFit(model, items, pairs, order)
  const { part, itemRows, localPairs } = namedPart(model, pairs)
  checkFinite({
    'model.users': part.users,
    'model.items': part.items,
    'pairs.weight': pairs.weight,
  })
  const { batchSize } = config.proxy
  const space = arena()
  const layout = layOut(
    kernel,
    space,
    part,
    noData(part),
    localPairs,
    { ...config, pairWeight: 1 },
    { batchSize: 0, numPairs: batchSize },
  )
  const fitted = new Set(items)
  layout.items.slots.set(itemRows.map((item) => (fitted.has(item) ? -1 : -2)))
  const placed = space.int32(order.length).set(order)
  // A divergence shows in the last pass.
  const steps = Math.ceil(order.length / batchSize)
  const measured = Math.max(0, steps - Math.ceil(pairs.user.length / batchSize))
  kernel.fit(placed.address, order.length, batchSize, measured * batchSize)
  const pairLoss = kernel.pairLoss() / Math.max(1, steps - measured)
  if (!isBounded(0, pairLoss))
    throw divergence(
      { softmax: 0, BPR: pairLoss },
      'on average in the last pass of a proxy training',
      layout.tables(),
    )
  const result = scattered(model.items, layout.items.records.read(), itemRows, model.dim)
  return { dim: model.dim, users: model.users, items: result }
}

/** The part of the model that the pairs name, and the pairs in its indices. */
function namedPart({ dim, users, items }: TwoTowerModel, pairs: Pairs) {
  const { rows: userRows, local: user } = compact(pairs.user, rowsOf(users, dim))
  const { rows: itemRows, local } = compact(
    concat(pairs.chosen, pairs.rejected),
    rowsOf(items, dim),
  )
  const [chosen, rejected] = [local.subarray(0, user.length), local.subarray(user.length)]
  return {
    part: { dim, users: gathered(users, userRows, dim), items: gathered(items, itemRows, dim) },
    itemRows,
    localPairs: { ...pairs, user, chosen, rejected },
  }
}

/** The distinct rows that are named, in order of first use, and each name as a place among them. */
function compact(names: Int32Array, numRows: number): { rows: Int32Array; local: Int32Array } {
  const place = new Int32Array(numRows).fill(-1)
  const rows: number[] = []
  const local = names.map((row) =>
    place[row] >= 0 ? place[row] : (place[row] = rows.push(row) - 1),
  )
  return { rows: Int32Array.from(rows), local }
}

/** The rows one after the other [rows.length, dim]. */
function gathered(values: Float32Array, rows: Int32Array, dim: number): Float32Array {
  const out = new Float32Array(rows.length * dim)
  for (let k = 0; k < rows.length; k++)
    out.set(values.subarray(rows[k] * dim, (rows[k] + 1) * dim), k * dim)
  return out
}

/** A copy of `values` with `moved` in the rows' places. */
function scattered(
  values: Float32Array,
  moved: Float32Array,
  rows: Int32Array,
  dim: number,
): Float32Array {
  const out = values.slice()
  for (let k = 0; k < rows.length; k++)
    out.set(moved.subarray(k * dim, (k + 1) * dim), rows[k] * dim)
  return out
}
