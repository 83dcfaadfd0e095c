import { DataError, quote } from '../../util/errors.js'
import type { FileLine } from '../file-line.js'
import { CsvSplitter } from './csv-splitter.js'
import { missingColumn } from './fields.js'
import type { ReadContext } from './source.js'

/** The header of a table. */
export class Columns {
  constructor(
    readonly names: readonly string[],
    readonly at: FileLine,
  ) {}

  /**
   * Position of a column.
   * @throws DataError that lists the columns there are, or when two have the name
   */
  of(name: string): number {
    const position = this.names.indexOf(name)
    if (position === -1) throw missingColumn(name, this.names, this.at)
    if (this.names.indexOf(name, position + 1) !== -1)
      throw new DataError(`two columns are named ${quote(name)}`, this.at)
    return position
  }

  /** Position of the first of `names` that is there; undefined if none is. */
  find(...names: string[]): number | undefined {
    const name = names.find((name) => this.names.includes(name))
    return name === undefined ? undefined : this.of(name)
  }
}

/** Takes the cells of one row, as many as the header has. */
export type OnRow = (cells: string[], at: FileLine) => void

/**
 * A comma- or tab-separated table with quotes and a header; `onHeader` returns what takes the rows.
 */
export async function eachTableRow(
  ctx: ReadContext,
  file: string,
  delimiter: string,
  onHeader: (columns: Columns) => OnRow,
): Promise<void> {
  const splitter = new CsvSplitter(file, delimiter, rows(onHeader))
  await ctx.lines(file, (line, at) => splitter.push(line, at))
  splitter.end()
}

/** Lines of cells without quotes and header, as of MovieLens: always `count` of them. */
export async function eachCells(
  ctx: ReadContext,
  file: { path: string; separator: string; count: number; encoding: 'utf-8' | 'latin1' },
  onRow: OnRow,
): Promise<void> {
  const take = (line: string, at: FileLine) => {
    const cells = line.split(file.separator)
    if (cells.length !== file.count) throw wrongCount(cells, file.count, at)
    onRow(cells, at)
  }
  await ctx.lines(file.path, take, file.encoding)
}

/** A tab-separated table with a header, in which a quote is a character like any other. */
export async function eachPlainRow(
  ctx: ReadContext,
  file: string,
  onHeader: (columns: Columns) => OnRow,
): Promise<void> {
  const take = rows(onHeader)
  await ctx.lines(file, (line, at) => take(line.split('\t'), at))
}

/** The first row is the header. */
function rows(onHeader: (columns: Columns) => OnRow): OnRow {
  let count = 0
  let onRow: OnRow | undefined
  return (cells, at) => {
    if (onRow === undefined) {
      count = cells.length
      onRow = onHeader(
        new Columns(
          cells.map((cell) => cell.trim()),
          { ...at },
        ),
      )
    } else if (cells.length !== count) throw wrongCount(cells, count, at)
    else onRow(cells, at)
  }
}

function wrongCount(cells: readonly string[], count: number, at: FileLine): DataError {
  return new DataError(
    `the line has ${cells.length} cells where ${count} are expected: ${quote(cells.join(' | '))}`,
    at,
  )
}
