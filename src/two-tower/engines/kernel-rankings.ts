import { InputError } from '../../util/errors.js'
import type { Places, Positions, TopK, TwoTowerModel } from '../engine.js'
import { checkRows, rowsOf } from './checks.js'
import type { DenseCore } from './dense-core.js'
import { type LoadedKernel, waitingKeys } from './kernel-binding.js'
import { blockwiseScores } from './kernel-scores.js'
import type { Arena } from './memory.js'

/**
 * Users and items whose scores a search for the best holds at once: they stay in the cache until
 * the best are picked.
 */
const rankingBlock = { rows: 512, columns: 512 }

/** All items at once, for some users. */
const allColumns = (core?: DenseCore) => ({
  rows: core?.blockRows ?? 32,
  columns: Number.MAX_SAFE_INTEGER,
})

/** `Engine.score` in the kernel; the products in `core` where there is one. */
export function score(
  { kernel, arena }: LoadedKernel,
  core: DenseCore | undefined,
  model: TwoTowerModel,
  users: Int32Array,
  items: Int32Array,
  out: Float32Array,
): void {
  const needed = users.length * items.length
  if (out.length !== needed)
    throw new InputError(
      `out has ${out.length} numbers; ` +
        `scores of ${users.length} users x ${items.length} items need ${needed}`,
    )
  const most = allColumns(core)
  const { block, blocks } = blockwiseScores(kernel, core, arena(), model, users, items, most)
  for (const { from, rows, width } of blocks()) {
    const scores = block.view()
    for (let row = 0; row < Math.min(rows, users.length - from); row++)
      out.set(scores.subarray(row * width, row * width + items.length), (from + row) * items.length)
  }
}

/** `Engine.topK` in the kernel; the products in `core` where there is one. */
export function topK(
  { kernel, arena }: LoadedKernel,
  core: DenseCore | undefined,
  model: TwoTowerModel,
  users: Int32Array,
  items: Int32Array,
  k: number,
  exclude?: (user: number) => Int32Array,
): TopK {
  const position = new Int32Array(rowsOf(model.items, model.dim)).fill(-1)
  items.forEach((item, at) => (position[item] = at))
  const excluded = positionsOf(users.length, (row) =>
    Array.from(exclude?.(users[row]) ?? [], (item) => position[item] ?? -1).filter((at) => at >= 0),
  )
  const space = arena()
  const scored = blockwiseScores(kernel, core, space, model, users, items, rankingBlock)
  const { numRows, block, blocks } = scored
  const out = put(space, excluded, numRows)
  const [positions, scores] = [space.int32(numRows * k), space.float32(numRows * k)]
  positions.view().fill(-1)
  scores.view().fill(NaN)
  const keys = space.int32(2 * rankingBlock.rows * (k + waitingKeys))
  const [sorted, waiting, bound] = Array.from(
    { length: 3 },
    () => space.int32(rankingBlock.rows).address,
  )
  kernel.bindTopK(k, keys.address, sorted, waiting, bound)
  for (const { from, rows, column, width, last } of blocks()) {
    kernel.offer(block.address, from, rows, column, width, items.length, ...out)
    if (last) kernel.ranked(from, rows, positions.address, scores.address)
  }
  const found = positions.view().subarray(0, users.length * k)
  return {
    items: found.map((at) => (at < 0 ? -1 : items[at])),
    scores: scores.view().slice(0, users.length * k),
  }
}

/** `Engine.places` in the kernel; the products in `core` where there is one. */
export function places(
  { kernel, arena }: LoadedKernel,
  core: DenseCore | undefined,
  model: TwoTowerModel,
  users: Int32Array,
  items: Int32Array,
  own: Positions,
  out: Positions,
): Places {
  checkPositions('own', own, users.length, items.length)
  checkPositions('out', out, users.length, items.length)
  const space = arena()
  const most = allColumns(core)
  const { numRows, block, blocks } = blockwiseScores(kernel, core, space, model, users, items, most)
  const [left, wanted] = [put(space, out, numRows), put(space, own, numRows)]
  const [above, tied] = [space.int32(own.at.length), space.int32(own.at.length)]
  for (const { from, rows, width } of blocks())
    kernel.places(
      block.address,
      from,
      rows,
      width,
      items.length,
      ...left,
      ...wanted,
      above.address,
      tied.address,
    )
  return { above: above.read(), tied: tied.read() }
}

function checkPositions(
  name: string,
  { start, at }: Positions,
  numUsers: number,
  numItems: number,
): void {
  if (start.length !== numUsers + 1 || start[numUsers] !== at.length)
    throw new InputError(
      `${name}.start has ${start.length} numbers; ` +
        `${numUsers} users need ${numUsers + 1}, the last ${at.length}`,
    )
  checkRows(`${name}.at`, at, numItems)
}

function positionsOf(rows: number, of: (row: number) => number[]): Positions {
  const lists = Array.from({ length: rows }, (_, row) => of(row))
  const start = new Int32Array(rows + 1)
  lists.forEach((list, row) => (start[row + 1] = start[row] + list.length))
  return { start, at: Int32Array.from(lists.flat()) }
}

/** Writes positions into memory, and gives the addresses of both; padded rows have none. */
function put(space: Arena, { start, at }: Positions, rows: number): [number, number] {
  const starts = new Int32Array(rows + 1).fill(at.length)
  starts.set(start)
  return [space.int32(rows + 1).set(starts).address, space.int32(at.length).set(at).address]
}
