import { DataError, quote } from '../../util/errors.js'
import type { Place } from '../prepare.js'

const maxCell = 2 ** 20

/**
 * Splits lines into cells after RFC 4180: a cell in quotes may hold the delimiter, doubled quotes and line ends.
 * A quote inside a cell that does not begin with one is a character like any other (`12" record`).
 */
export class CsvSplitter {
  private open: { text: string; at: Place } | undefined
  constructor(
    private readonly delimiter: string,
    private readonly onRow: (cells: string[], at: Place) => void,
  ) {}

  push(line: string, at: Place): void {
    if (this.open === undefined && !line.includes('"')) return this.onRow(line.split(this.delimiter), at)
    const open = endsInQuotes(line, this.delimiter, this.open !== undefined)
    const text = this.open === undefined ? line : `${this.open.text}\n${line}`
    const start = this.open?.at ?? { ...at }
    if (open && text.length > maxCell) throw notClosed(start)
    this.open = open ? { text, at: start } : undefined
    if (!open) this.onRow(splitQuoted(text, this.delimiter, start), start)
  }

  end(): void {
    if (this.open !== undefined) throw notClosed(this.open.at)
  }
}

function endsInQuotes(line: string, delimiter: string, inQuotes: boolean): boolean {
  for (let at = 0; ; ) {
    if (inQuotes || line[at] === '"') {
      at = closingQuote(line, inQuotes ? at : at + 1)
      if (at === -1) return true
      inQuotes = false
    }
    const next = line.indexOf(delimiter, at)
    if (next === -1) return false
    at = next + delimiter.length
  }
}

/** Position of the quote that ends a cell, doubled ones passed over; -1 if none does. */
function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at
  }
  return -1
}

function splitQuoted(text: string, delimiter: string, at: Place): string[] {
  const cells: string[] = []
  for (let start = 0; ; ) {
    const end = text[start] === '"' ? closingQuote(text, start + 1) + 1 : nextOrEnd(text, delimiter, start)
    const cell = text.slice(start, end)
    cells.push(text[start] === '"' ? cell.slice(1, -1).replaceAll('""', '"') : cell)
    if (end === text.length) return cells
    if (!text.startsWith(delimiter, end)) {
      throw new DataError(`after the quoted cell ${quote(cell)} comes ${quote(text.slice(end, end + 20))}`, at)
    }
    start = end + delimiter.length
  }
}

function nextOrEnd(text: string, delimiter: string, from: number): number {
  const next = text.indexOf(delimiter, from)
  return next === -1 ? text.length : next
}

function notClosed(at: Place): DataError {
  return new DataError('a cell opens with a quote that is never closed; quotes inside quotes are doubled', at)
}
