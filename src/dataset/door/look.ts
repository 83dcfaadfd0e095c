import { CsvError, parse } from 'csv-parse/sync'
import { DataError, InputError, quote as quoted } from '../../util/errors.js'
import type { DialectConfig } from '../config.js'
import { encodingOf, type Head, headOf, refuseOthers } from './head.js'
import { lookAtJson } from './look-json.js'

/** What a look at the beginning of a file found. */
export interface Look {
  file: string
  gzip: boolean
  encoding: string
  format: 'csv' | 'json-lines' | 'json-array' | 'parquet'
  /** Of CSV. */
  delimiter: string
  quote: '"' | ''
  escape: '"' | '\\'
  header: boolean
  newLine: '\n' | '\r'
  /** Names of the columns; where the file has none, their positions: `0`, `1`. */
  columns: string[]
  /** The first rows, cells as text [rows][columns]. */
  sample: string[][]
  /** What is not as it mostly is, in a few words each. */
  unusual: string[]
}

/**
 * Looks at the beginning of a file: what it is, and how it is written. Looking is all that this
 * does; the table is then read with everything said.
 * @throws DataError for a file that is no table, naming what it is
 */
export async function lookAt(file: string, settings: DialectConfig = {}): Promise<Look> {
  const head = await headOf(file)
  refuseOthers(file, head)
  const base = {
    file,
    gzip: head.gzip,
    delimiter: '',
    quote: '"',
    escape: '"',
    header: true,
  } as const
  if (head.bytes.subarray(0, 4).toString('latin1') === 'PAR1')
    return {
      ...base,
      encoding: 'binary',
      format: 'parquet',
      newLine: '\n',
      columns: [],
      sample: [],
      unusual: [],
    }
  const encoding = settings.encoding ?? encodingOf(head)
  const text = textOf(file, head, encoding)
  const newLine = !text.includes('\n') && text.includes('\r') ? '\r' : '\n'
  const unusual = encoding === 'utf-8' ? [] : [encoding]
  const shared = { ...base, encoding, newLine, unusual } as const
  const json = settings.delimiter === undefined ? lookAtJson(file, text, head.whole) : undefined
  if (json) return { ...shared, ...json }
  const csv = lookAtCsv(file, text, newLine, settings)
  return { ...shared, format: 'csv', ...csv, unusual: [...unusual, ...unusualOf(csv, file, text)] }
}

/** The text of the whole lines. */
function textOf(file: string, { bytes, whole }: Head, encoding: string): string {
  let text: string
  try {
    text = new TextDecoder(encoding).decode(bytes)
  } catch {
    throw new InputError(
      `encoding ${quoted(encoding)} is not known; known are utf-8, utf-16le, windows-1252 and the other names of the WHATWG list`,
    )
  }
  if (text.trim() === '') throw new DataError('the file has no rows', { file })
  const end = Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r'))
  return whole || end < 0 ? text : text.slice(0, end + 1)
}

const delimiters = [',', '\t', ';', '|', '::']
const quotings = [
  { quote: '"', escape: '"' },
  { quote: '"', escape: '\\' },
  { quote: '', escape: '"' },
] as const

/** The way of writing by which most lines are rows of the same length. */
function lookAtCsv(file: string, text: string, newLine: string, settings: DialectConfig) {
  const first = text.slice(0, text.indexOf(newLine) + 1 || undefined)
  const possible = delimiters.filter((delimiter) => first.includes(delimiter))
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
        .map((way) => ({ delimiter, ...way, ...fitOf(text, newLine, delimiter, way) }))
        .reduce((a, b) => (b.fit > a.fit * 1.02 ? b : a)),
  )
  const most = Math.max(...tried.map(({ fit }) => fit))
  const near = tried.filter(({ fit }) => fit >= 0.98 * most)
  const best = near.reduce<(typeof tried)[number] | undefined>(
    (a, b) => (a === undefined || b.width > a.width ? b : a),
    undefined,
  )
  if (best === undefined || best.width < 2)
    throw new DataError(
      `the cells of ${quoted(first.trim())} are not separated by ${settings.delimiter === undefined ? 'commas, tabs, semicolons, | or ::' : quoted(settings.delimiter)}; ` +
        '--delimiter says what separates them',
      { file, line: 1 },
    )
  const { delimiter, quote, escape, rows } = best
  const trimmed = rows.map((row) => row.map((cell) => cell.trim()))
  const header = settings.header ?? hasHeader(trimmed)
  const columns = header ? trimmed[0] : trimmed[0].map((_, k) => String(k))
  const sample = (header ? trimmed.slice(1) : trimmed).filter(
    (row) => row.length === columns.length,
  )
  return { delimiter, quote, escape, header, columns, sample: sample.slice(0, 1000) }
}

function unusualOf(
  { delimiter, quote, escape, header }: Pick<Look, 'delimiter' | 'quote' | 'escape' | 'header'>,
  file: string,
  text: string,
): string[] {
  const expected = /\.tsv(\.gz)?$/i.test(file) ? '\t' : ','
  const between = delimiter === '\t' ? 'tabs' : quoted(delimiter)
  return [
    ...(delimiter === expected ? [] : [`cells between ${between}`]),
    ...(quote === '' && text.includes('"') ? ['quotes as plain characters'] : []),
    ...(escape === '\\' && quote !== '' ? ['quotes inside quotes after a backslash'] : []),
    ...(header ? [] : ['no header']),
  ]
}

/** Rows as long as the first one, which has at least two cells. */
function fitOf(
  text: string,
  newLine: string,
  delimiter: string,
  { quote, escape }: (typeof quotings)[number],
) {
  const rows: string[][] = []
  try {
    parse(text.replace(/^\ufeff/, ''), {
      delimiter,
      quote: quote === '' ? null : quote,
      escape,
      record_delimiter: newLine === '\r' ? '\r' : ['\r\n', '\n'],
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_error: true,
      on_record: (row: string[]) => (rows.push(row), null),
    })
  } catch (error) {
    // A quote that is never closed: what came before it counts.
    if (!(error instanceof CsvError)) throw error
  }
  const width = rows[0]?.length ?? 0
  const even = width < 2 ? [] : rows.filter(({ length }) => length === width)
  return { rows: even, width, fit: even.length }
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
