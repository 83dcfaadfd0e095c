/** A cell of a table; a number that is not known (NaN) is an empty cell. */
export type Cell = string | number

/** Characters that are handed on at once. */
const blockLength = 2 ** 16

/** What a spreadsheet runs: a text that begins so (full-width too) and is no number. */
const formula = /^(?![-+]?\d*\.?\d+(?:e[-+]?\d+)?$)[=+\-@\t\r\n＝＋－＠]/i

/** Whether a text that a spreadsheet would run gets an apostrophe. */
let formulasAsText = false

/**
 * From here on, a spreadsheet shows every text of a table and runs none: those that it would take
 * for a formula get an apostrophe. For the command line, which writes the tables of one command.
 */
export function writeFormulasAsText(): void {
  formulasAsText = true
}

/** RFC 4180 lines. */
export function csv(head: string[], rows: Iterable<Cell[]>): string {
  return [...csvBlocks(head, rows)].join('')
}

/** RFC 4180 lines, many at a time: a table of any length need not be one string. */
export function* csvBlocks(head: string[], rows: Iterable<Cell[]>): Generator<string> {
  let block = line(head)
  for (const row of rows) {
    block += line(row)
    if (block.length < blockLength) continue
    yield block
    block = ''
  }
  yield block
}

function line(row: Cell[]): string {
  return row.map(cell).join(',') + '\n'
}

function cell(value: Cell): string {
  if (typeof value === 'number') return Number.isNaN(value) ? '' : String(value)
  const text = formulasAsText && formula.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
