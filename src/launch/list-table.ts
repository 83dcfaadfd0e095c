import { parquetWriteBuffer } from 'hyparquet-writer'
import type { TopK } from '../two-tower/engine.js'
import { type Cell, csvBlocks } from '../util/csv.js'
import type { LaunchModel } from './model.js'

/** A table whose rows are made as they are read. */
export interface Table {
  head: string[]
  rows: Iterable<Cell[]>
}

/** Names of what stands in lists. */
export type Names = Pick<LaunchModel, 'userIds' | 'itemIds' | 'titles' | 'numKnown'>

/** Columns of lists beyond user_id, rank, item_id, title and score. */
export interface MoreColumns {
  /** Whether the item is new, as `new`: 1 or 0. */
  isNew?: boolean
  /** Why the item is shown to the user, as `because`. */
  because?: (user: number, item: number) => string
}

/** Lists of users [users.length, k] as rows, one an item. */
export function listTable(
  names: Names,
  users: Int32Array,
  lists: TopK,
  { isNew = false, because }: MoreColumns = {},
): Table {
  const head = ['user_id', 'rank', 'item_id', 'title', 'score']
  if (isNew) head.push('new')
  if (because) head.push('because')
  return { head, rows: { [Symbol.iterator]: () => rowsOf(names, users, lists, isNew, because) } }
}

function* rowsOf(
  { userIds, itemIds, titles, numKnown }: Names,
  users: Int32Array,
  { items, scores }: TopK,
  isNew: boolean,
  because: MoreColumns['because'],
): Generator<Cell[]> {
  const k = items.length / users.length
  for (let slot = 0; slot < items.length; slot++) {
    const item = items[slot]
    if (item < 0) continue
    const user = users[Math.floor(slot / k)]
    const row = [userIds[user], (slot % k) + 1, itemIds[item], titles[item], scores[slot]]
    if (isNew) row.push(item >= numKnown ? 1 : 0)
    if (because) row.push(because(user, item))
    yield row
  }
}

/** Forms of a table that are text. */
export const textForms = {
  csv: ({ head, rows }: Table) => csvBlocks(head, rows),
  jsonl: jsonLines,
}

/** A JSON object a row, many at a time. */
function* jsonLines({ head, rows }: Table): Generator<string> {
  let block: string[] = []
  for (const row of rows) {
    block.push(JSON.stringify(Object.fromEntries(head.map((name, j) => [name, row[j]]))) + '\n')
    if (block.length < 1000) continue
    yield block.join('')
    block = []
  }
  yield block.join('')
}

/** The table as a Parquet file: numbers as DOUBLE, texts as STRING. */
export function parquet({ head, rows }: Table): Uint8Array {
  const columns = head.map((): Cell[] => [])
  for (const row of rows) row.forEach((cell, j) => columns[j].push(cell))
  const columnData = columns.map((data, j) => {
    const isNumber = typeof data[0] === 'number'
    return { name: head[j], data, type: isNumber ? ('DOUBLE' as const) : ('STRING' as const) }
  })
  return Buffer.from(parquetWriteBuffer({ columnData }))
}
