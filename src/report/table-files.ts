import { parquetWriteBuffer } from 'hyparquet-writer'
import { csv } from '../util/csv.js'
import type { Content } from '../util/files.js'
import { type DocumentTable, textOf } from './document.js'

type Column =
  | { name: string; type: 'STRING'; data: string[] }
  | { name: string; type: 'DOUBLE'; data: (number | null)[] }

/** A table as `<name>.csv` and `<name>.parquet`. */
export function tableFiles(table: DocumentTable): Record<string, Content> {
  const columns = columnsOf(table)
  const names = columns.map(({ name }) => name)
  const rows = table.rows.map((_, k) => columns.map(({ data }) => data[k] ?? NaN))
  const columnData = columns.map((column) => ({ ...column, nullable: true }))
  return {
    [`${table.name}.csv`]: csv(names, rows),
    [`${table.name}.parquet`]: Buffer.from(parquetWriteBuffer({ columnData })),
  }
}

/**
 * The columns of a table as data: numbers as numbers, and beside them the text that shows them
 * where it holds an error too.
 */
function columnsOf({ head, rows }: DocumentTable): Column[] {
  return head.flatMap((name, column): Column[] => {
    const cells = rows.map((row) => row[column])
    if (cells.every((cell) => typeof cell === 'string'))
      return [{ name, type: 'STRING', data: cells }]
    const texts = cells.map(textOf)
    const values = cells.map((cell) =>
      typeof cell !== 'string' && Number.isFinite(cell.value) ? cell.value : null,
    )
    const numbers: Column = { name, type: 'DOUBLE', data: values }
    return texts.some((text) => text.includes('±'))
      ? [numbers, { name: `${name} (shown)`, type: 'STRING', data: texts }]
      : [numbers]
  })
}
