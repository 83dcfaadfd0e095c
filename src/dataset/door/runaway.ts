import { DataError } from '../../util/errors.js'
import type { Database } from './database.js'
import { countLines } from './record-lines.js'
import type { Table } from './table.js'

/** A cell of more lines than this may have swallowed rows. */
const many = 20

/**
 * Refuses a file in which a stray quote has swallowed rows: a cell over many lines, most of which
 * look like rows.
 * @param rows - of the table
 */
export async function refuseRunaway(
  database: Database,
  { look, from, quoted = [], places }: Table,
  rows: number,
): Promise<void> {
  let lines = 0
  for (const path of quoted) lines += await countLines(path)
  if (lines - rows <= many) return
  const cells = look.columns.map((_, k) => `c${k}`)
  const ends = (cell: string) => `length(${cell}) - length(replace(${cell}, chr(10), ''))`
  const [longest] = await database.rows<{ row: bigint; cell: string }>(
    `SELECT row, cell FROM (UNPIVOT (SELECT row_number() OVER () - 1 AS row, * FROM ${from})
       ON ${cells.join(', ')} INTO NAME name VALUE cell)
     WHERE ${ends('cell')} > ${many} ORDER BY ${ends('cell')} DESC LIMIT 1`,
  )
  if (longest === undefined) return
  const inner = longest.cell.split('\n').slice(1, -1)
  const alike = inner.filter((line) => line.split(look.delimiter).length === look.columns.length)
  if (alike.length <= inner.length / 2) return
  throw new DataError(
    `a cell in quotes runs over ${inner.length + 2} lines, which look like rows; ` +
      'if quotes are ordinary characters in this file, use --quotes no',
    (await places(Number(longest.row)))(Number(longest.row)),
  )
}
