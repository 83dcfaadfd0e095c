import { InputError } from '../../util/errors.js'
import type { Engine, Positions, TwoTowerModel } from '../engine.js'
import { checkModel, checkRows, rowsOf } from './checks.js'
import { type Kernel, waitingKeys } from './kernel.js'
import { type Arena, padded } from './memory.js'

/** Gives what writes scores to `out`: rows from..from + rows of A [m, k] times B [k, n]. */
export type Product = (A: Float32Array, out: Float32Array, k: number) => (from: number, rows: number, B: Float32Array, n: number) => void

/** Users and items whose scores a ranking holds at once: they stay in the cache until the best are picked. */
const rankingBlock = { rows: 512, columns: 512 }

/** Scores, the best and places, a block at a time: the products by the kernel or by `makeProduct`, the search in the kernel. */
export function rankings(kernel: Kernel, arena: () => Arena, makeProduct?: Product, blockRows = 32): Pick<Engine, 'score' | 'topK' | 'places'> {
  /** Scores of the users for the items in blocks of `most` rows and columns; rows and columns of all are padded to multiples of 8. */
  const scoring = (space: Arena, model: TwoTowerModel, users: Int32Array, items: Int32Array, most: { rows: number; columns: number }) => {
    checkModel(model)
    checkRows('users', users, rowsOf(model.users, model.dim))
    checkRows('items', items, rowsOf(model.items, model.dim))
    const [numRows, numColumns] = [padded(users.length), padded(items.length)]
    const [A, B] = [space.matrix(numRows, model.dim), space.matrix(numColumns, model.dim)]
    const columns = Array.from({ length: Math.ceil(numColumns / most.columns) }, (_, b) => {
      const column = b * most.columns
      const width = Math.min(most.columns, numColumns - column)
      return { column, width, transposed: space.float32(B.stride * width) }
    })
    const block = space.float32(Math.min(most.rows, numRows) * Math.min(most.columns, numColumns))
    A.writeRows(model.users, users)
    B.writeRows(model.items, items)
    for (const { column, width, transposed } of columns) kernel.transposed(B.address + 4 * column * B.stride, width, B.stride, transposed.address)
    /** To be called once all memory has been taken; block.address then holds the scores [rows, width] of what it yields. */
    function* blocks() {
      const product = makeProduct?.(A.view(), block.view(), A.stride)
      const all = columns.map((own) => ({ ...own, B: own.transposed.view() }))
      for (let from = 0; from < numRows; from += most.rows) {
        const rows = Math.min(most.rows, numRows - from)
        for (const { column, width, transposed, B } of all) {
          if (product) product(from, rows, B, width)
          else kernel.product(A.address + 4 * from * A.stride, rows, transposed.address, width, A.stride, block.address)
          yield { from, rows, column, width, last: column + width === numColumns }
        }
      }
    }
    return { rows: numRows, block, blocks }
  }

  /** All columns at once. */
  const whole = { rows: blockRows, columns: Number.MAX_SAFE_INTEGER }

  return {
    score(model, users, items, out) {
      if (out.length !== users.length * items.length) throw new InputError(`out has ${out.length} numbers; scores of ${users.length} users x ${items.length} items need ${users.length * items.length}`)
      const { block, blocks } = scoring(arena(), model, users, items, whole)
      for (const { from, rows, width } of blocks()) {
        const scores = block.view()
        for (let row = 0; row < Math.min(rows, users.length - from); row++) out.set(scores.subarray(row * width, row * width + items.length), (from + row) * items.length)
      }
    },

    topK(model, users, items, k, exclude) {
      const position = new Int32Array(rowsOf(model.items, model.dim)).fill(-1)
      items.forEach((item, at) => (position[item] = at))
      const out = positionsOf(users.length, (row) => Array.from(exclude?.(users[row]) ?? [], (item) => position[item] ?? -1).filter((at) => at >= 0))
      const space = arena()
      const { rows: numRows, block, blocks } = scoring(space, model, users, items, rankingBlock)
      const left = put(space, out, numRows)
      const [positions, scores] = [space.int32(numRows * k), space.float32(numRows * k)]
      positions.view().fill(-1)
      scores.view().fill(NaN)
      const keys = space.int32(2 * rankingBlock.rows * (k + waitingKeys))
      const [sorted, waiting, bound] = Array.from({ length: 3 }, () => space.int32(rankingBlock.rows).address)
      kernel.bindTopK(k, keys.address, sorted, waiting, bound)
      for (const { from, rows, column, width, last } of blocks()) {
        kernel.offer(block.address, from, rows, column, width, items.length, ...left)
        if (last) kernel.ranked(from, rows, positions.address, scores.address)
      }
      const found = positions.view().subarray(0, users.length * k)
      return { items: found.map((at) => (at < 0 ? -1 : items[at])), scores: scores.view().slice(0, users.length * k) }
    },

    places(model, users, items, own, out) {
      for (const [name, { start, at }] of Object.entries({ own, out })) {
        if (start.length !== users.length + 1 || start[users.length] !== at.length) throw new InputError(`${name}.start has ${start.length} numbers; ${users.length} users need ${users.length + 1}, the last ${at.length}`)
        checkRows(`${name}.at`, at, items.length)
      }
      const space = arena()
      const { rows: numRows, block, blocks } = scoring(space, model, users, items, whole)
      const [left, wanted] = [put(space, out, numRows), put(space, own, numRows)]
      const [above, tied] = [space.int32(own.at.length), space.int32(own.at.length)]
      for (const { from, rows, width } of blocks()) kernel.places(block.address, from, rows, width, items.length, ...left, ...wanted, above.address, tied.address)
      return { above: above.read(), tied: tied.read() }
    },
  }
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
