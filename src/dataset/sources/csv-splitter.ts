import { CsvError, parse } from 'csv-parse/sync'
import { DataError } from '../../util/errors.js'
import type { FileLine } from '../file-line.js'

/** Number of characters that are parsed at once; a cell in quotes may not be longer. */
const batchSize = 2 ** 20

/**
 * Splits lines into cells after RFC 4180: a cell in quotes may hold the delimiter, doubled quotes
 * and line ends. A quote inside a cell that does not begin with one is a character like any other
 * (`12" record`).
 */
export class CsvSplitter {
  private waiting: { line: string; number: number }[] = []
  private size = 0

  constructor(
    private readonly file: string,
    private readonly delimiter: string,
    private readonly onRow: (cells: string[], at: FileLine) => void,
  ) {}

  /** Takes the next line of the file. */
  push(line: string, at: FileLine): void {
    this.waiting.push({ line, number: at.line })
    this.size += line.length
    if (this.size >= batchSize) this.parse()
  }

  /** Hands out the last rows. @throws DataError when a cell is still open */
  end(): void {
    this.parse()
    if (this.waiting.length > 0) throw this.notClosed()
  }

  /** Hands out the rows that are complete; a cell still open at the end waits for more lines. */
  private parse(): void {
    const { waiting, delimiter } = this
    const text = waiting.map(({ line }) => line).join('\n')
    let done = 0
    const take = (cells: string[], lines: number) => {
      this.onRow(cells, { file: this.file, line: waiting[done].number })
      done = lines
      return null
    }
    // Without quotes there is nothing to parse.
    if (!text.includes('"')) for (const { line } of waiting) take(line.split(delimiter), done + 1)
    else
      try {
        parse(text, {
          delimiter,
          record_delimiter: '\n',
          relax_quotes: true,
          relax_column_count: true,
          on_record: (cells: string[], { lines }) => take(cells, lines),
        })
      } catch (error) {
        if (!(error instanceof CsvError && error.code === 'CSV_QUOTE_NOT_CLOSED')) throw error
      }
    this.waiting = waiting.slice(done)
    this.size = this.waiting.reduce((sum, { line }) => sum + line.length, 0)
    if (this.size >= batchSize) throw this.notClosed()
  }

  private notClosed(): DataError {
    return new DataError(
      'a cell opens with a quote that is never closed; quotes inside quotes are doubled',
      { file: this.file, line: this.waiting[0].number },
    )
  }
}
