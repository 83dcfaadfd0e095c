import type { TwoTowerModel } from '../engine.js'
import { checkModel, checkRows, rowsOf } from './checks.js'
import type { DenseCore } from './dense-core.js'
import type { Kernel } from './kernel-binding.js'
import { type Arena, type Numbers, padded } from './memory.js'

/** Which users (rows) and items (columns) of all the scores of a block are of. */
export interface ScoreBlock {
  from: number
  rows: number
  column: number
  width: number
  /** Whether it is the last block of these users. */
  last: boolean
}

/** Scores of users for items, a block at a time. */
export interface BlockwiseScores {
  /** Users, padded to a multiple of 8. */
  numRows: number
  /** Memory of the scores [rows, width] of the block that was given last. */
  block: Numbers<Float32Array>
  /** Makes the blocks one after the other; to be called once all memory has been taken. */
  blocks(): Generator<ScoreBlock>
}

/**
 * Scores of the users for the items in blocks of `most` rows and columns; rows and columns of all
 * are padded to multiples of 8. The products are done by the kernel, or by `core`.
 */
export function blockwiseScores(
  kernel: Kernel,
  core: DenseCore | undefined,
  space: Arena,
  model: TwoTowerModel,
  users: Int32Array,
  items: Int32Array,
  most: { rows: number; columns: number },
): BlockwiseScores {
  checkModel(model)
  checkRows('users', users, rowsOf(model.users, model.dim))
  checkRows('items', items, rowsOf(model.items, model.dim))
  const [numRows, numColumns] = [padded(users.length), padded(items.length)]
  const [A, B] = [space.matrix(numRows, model.dim), space.matrix(numColumns, model.dim)]
  const { stride } = A
  const columns = Array.from({ length: Math.ceil(numColumns / most.columns) }, (_, b) => {
    const column = b * most.columns
    const width = Math.min(most.columns, numColumns - column)
    return { column, width, transposed: space.float32(stride * width) }
  })
  const block = space.float32(Math.min(most.rows, numRows) * Math.min(most.columns, numColumns))
  A.writeRows(model.users, users)
  B.writeRows(model.items, items)
  for (const { column, width, transposed } of columns)
    kernel.transposed(B.address + 4 * column * stride, width, stride, transposed.address)
  function* blocks() {
    const product = core?.product(A.view(), block.view(), stride)
    const all = columns.map((own) => ({ ...own, view: own.transposed.view() }))
    for (let from = 0; from < numRows; from += most.rows) {
      const rows = Math.min(most.rows, numRows - from)
      const left = A.address + 4 * from * stride
      for (const { column, width, transposed, view } of all) {
        if (product) product(from, rows, view, width)
        else kernel.product(left, rows, transposed.address, width, stride, block.address)
        yield { from, rows, column, width, last: column + width === numColumns }
      }
    }
  }
  return { numRows, block, blocks }
}
