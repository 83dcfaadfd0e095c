import { CsvError, parse } from 'csv-parse/sync'
import { DataError, quote as quoted } from '../../util/errors.js'
import type { DialectConfig } from '../config.js'
import type { Look } from './look.js'

const delimiters = [',', '\t', ';', '|', '::']
const quotings = [
  { quote: '"', escape: '"' },
  { quote: '"', escape: '\\' },
  { quote: '', escape: '"' },
] as const

/** The way of writing by which most lines are rows of the same length. */
export function lookAtCsv(
  file: string,
  text: string,
  newLine: string,
  settings: DialectConfig & { leastColumns: number },
) {
  const { leastColumns } = settings
  const first = text.slice(0, text.indexOf(newLine) + 1 || undefined)
  const found = delimiters.filter((delimiter) => first.includes(delimiter))
  const possible = found.length === 0 && leastColumns === 1 ? [','] : found
  const ways = quotings.filter(
    ({ quote, escape }) =>
      (settings.quote === undefined || settings.quote === quote) &&
      // Without quotes, or without backslashes before them, the ways are one.
      (text.includes('"') || quote === (settings.quote ?? '"')) &&
      (escape === '"' || text.includes('\\"')),
  )
  const tried = (settings.delimiter === undefined ? possible : [settings.delimiter]).map(
    (delimiter) =>
      ways
        .map((way) => ({
          delimiter,
          ...way,
          ...fitOf(text, newLine, way, { delimiter, leastColumns }),
        }))
        .reduce((a, b) => (b.fit > a.fit * 1.02 ? b : a)),
  )
  const most = Math.max(...tried.map(({ fit }) => fit))
  const near = tried.filter(({ fit }) => fit >= 0.98 * most)
  const best = near.reduce<(typeof tried)[number] | undefined>(
    (a, b) => (a === undefined || b.width > a.width ? b : a),
    undefined,
  )
  if (best === undefined || best.width < leastColumns)
    throw new DataError(
      `the cells of ${quoted(first.trim())} are not separated by ${settings.delimiter === undefined ? 'commas, tabs, semicolons, | or ::' : quoted(settings.delimiter)}; ` +
        'use --delimiter to say what separates them',
      { file, line: 1 },
    )
  const { delimiter, quote, escape, rows } = best
  const trimmed = rows.map((row) => row.map((cell) => cell.trim()))
  const header = settings.header ?? hasHeader(trimmed)
  const { columns, types } = columnsOf(trimmed[0], header)
  const sample = (header ? trimmed.slice(1) : trimmed).filter(
    (row) => row.length === columns.length,
  )
  return { delimiter, quote, escape, header, columns, types, sample: sample.slice(0, 1000) }
}

const typed = /^(.+):(token|token_seq|float|float_seq)$/

/** Names of the columns: their positions where there is no header; the types of RecBole apart. */
function columnsOf(first: string[], header: boolean): Pick<Look, 'columns' | 'types'> {
  if (!header) return { columns: first.map((_, k) => String(k)) }
  const parts = first.map((cell) => typed.exec(cell))
  return parts.every((part) => part !== null)
    ? { columns: parts.map(([, name]) => name), types: parts.map(([, , type]) => type) }
    : { columns: first }
}

/** How a file is written, where that is neither usual nor said. */
export function unusualOf(
  { delimiter, quote, escape, header }: Pick<Look, 'delimiter' | 'quote' | 'escape' | 'header'>,
  file: string,
  text: string,
  said: DialectConfig,
): string[] {
  const expected = /\.tsv(\.gz)?$/i.test(file) ? '\t' : ','
  const between = delimiter === '\t' ? 'tabs' : quoted(delimiter)
  return [
    ...(delimiter === expected || said.delimiter !== undefined ? [] : [`cells between ${between}`]),
    ...(quote === '' && text.includes('"') && said.quote === undefined
      ? ['quotes as plain characters']
      : []),
    ...(escape === '\\' && quote !== '' ? ['quotes inside quotes after a backslash'] : []),
    ...(header || said.header !== undefined ? [] : ['no header']),
  ]
}

/** Lines of a cell that looks as if it had swallowed rows. */
const longCell = 20

/** Rows as long as the first one, which has enough cells, and how many lines they are. */
function fitOf(
  text: string,
  newLine: string,
  { quote, escape }: (typeof quotings)[number],
  { delimiter, leastColumns }: { delimiter: string; leastColumns: number },
) {
  const rows: { cells: string[]; lines: number }[] = []
  let before = 0
  try {
    parse(text.replace(/^\ufeff/, ''), {
      delimiter,
      quote: quote === '' ? null : quote,
      escape,
      record_delimiter: newLine === '\r' ? '\r' : ['\r\n', '\n'],
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_error: true,
      on_record: (cells: string[], { lines }) => {
        rows.push({ cells, lines: lines - before })
        before = lines
        return null
      },
      on_skip: (error) => {
        before = Number(error?.lines ?? before)
        return undefined
      },
    })
  } catch (error) {
    // A quote that is never closed: what came before it counts.
    if (!(error instanceof CsvError)) throw error
  }
  const width = rows[0]?.cells.length ?? 0
  const even = width < leastColumns ? [] : rows.filter(({ cells }) => cells.length === width)
  // A cell over many lines may have swallowed rows.
  const fit = even.reduce((sum, { lines }) => sum + (lines > longCell ? 1 : lines), 0)
  return { rows: even.map(({ cells }) => cells), width, fit }
}

const number = /^[+-]?(\d+[.,]?\d*|[.,]\d+)([eE][+-]?\d+)?$/

/** A first row without numbers is a header, unless one of its cells is empty and none is a name. */
function hasHeader([first, ...rows]: string[][]): boolean {
  if (first.some((cell) => number.test(cell))) return false
  if (
    first.some((cell) =>
      /user|item|product|customer|rating|time|date|title|name|\bid\b|_id$/i.test(cell),
    )
  )
    return true
  return (
    first.some((_, k) => rows.length > 0 && rows.every((row) => number.test(row[k]))) ||
    first.every((cell) => cell !== '')
  )
}
