import { DataError } from '../util/errors.js'
import type { FileLine } from './file-line.js'
import { eachLine } from './lines.js'
import type { NamedItems } from './named-items.js'
import { eachTableRow } from './sources/delimited.js'
import { idOf } from './sources/fields.js'

/** A line of the file. */
interface Line {
  line: string
  number: number
}

/** A header line of which one cell is item_id. */
const header = /(^|,)\s*"?item_id"?\s*(,|$)/

/**
 * Reads ids of items: one a line, or the column `item_id` of a CSV.
 * @throws DataError when the file cannot be read or names no item
 */
export async function readNamedItems(file: string): Promise<NamedItems> {
  const text: Line[] = []
  await eachLine(file, (line, number) => {
    if (line.trim() !== '') text.push({ line, number })
  })
  const lines = new Map<string, number>()
  let repeats = 0
  const take = (id: string, line: number) => {
    if (lines.has(id)) repeats++
    else lines.set(id, line)
  }
  if (text.length > 0 && header.test(text[0].line)) await eachCsvId(file, text, take)
  else for (const { line, number } of text) take(line.trim(), number)
  if (lines.size === 0)
    throw new DataError('names no item; it has an id on each line, or a column item_id', { file })
  return { file, lines, repeats }
}

function eachCsvId(
  file: string,
  text: readonly Line[],
  take: (id: string, line: number) => void,
): Promise<void> {
  const lines = async (_: string, onLine: (line: string, at: FileLine) => void) =>
    text.forEach(({ line, number }) => onLine(line, { file, line: number }))
  return eachTableRow({ lines }, file, ',', (columns) => {
    const column = columns.of('item_id')
    return (cells, at) => take(idOf(cells[column], 'item_id', at), at.line)
  })
}
