import type { FileLine } from '../file-line.js'
import type { Look } from './look.js'
import type { Found } from './roles.js'

/** Longest line, and longest object of a list, bytes. */
export const longest = 2 ** 24

/** A file, several of one kind, or the result of a query, as DuckDB reads it: cells as text. */
export interface Table {
  look: Look
  /** What stands behind FROM. */
  from: string
  /** SQL for the text of a cell as it stands. */
  plain(column: Found): string
  /** SQL for a cell as JSON, where the format has more than text. */
  json?: (column: Found) => string
  /** SQL that is true for a line that is no record, and for its text; what the line is not. */
  broken?: { is: string; text: string; not: string }
  /** SQL for the lines that could not be read as cells: path, line, kind, text. */
  rejects?: string
  /** Plain CSV files, where cells may be in quotes. */
  quoted?: string[]
  /** The files of the table. */
  parts: Part[]
  /** Where each row begins up to this one, of those that were read. */
  places(last: number): Promise<(row: number) => FileLine>
  /** The place of a row, where no line is blank or left out and no cell has several lines. */
  near(row: number): FileLine
}

/** A file of a table. */
export interface Part {
  look: Look
  /** The file, or a plain copy of it. */
  path: string
}

/**
 * Places of rows in files whose rows are counted on.
 * @param before - number of rows before each file
 * @param first - line of the first row of a file
 */
export function placesIn(
  parts: readonly Part[],
  before: readonly number[],
  first: number,
): (row: number) => FileLine {
  return (row) => {
    const k = before.findLastIndex((rows) => rows <= row)
    return { file: parts[k].look.file, line: row - before[k] + first }
  }
}
