import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { quote } from '../../util/errors.js'
import type { DialectConfig } from '../config.js'
import { eachLine } from '../lines.js'
import type { BadLine } from './bad-lines.js'
import { asDataError, type Database, name, text } from './database.js'
import { type Look, lookAt } from './look.js'
import { type CopyOptions, plainCopy } from './plain-copy.js'
import type { Found } from './roles.js'

/** A file, or the result of a query, as DuckDB reads it: every cell as text. */
export interface Table {
  look: Look
  /** What stands behind FROM. */
  from: string
  /** SQL for the text of a cell, NULL where it is empty. */
  cell(column: Found): string
  /** SQL for a cell as JSON, where the format has more than text. */
  json?: (column: Found) => string
  /** SQL that is true for a line that is no record, and for its text. */
  broken?: { is: string; text: string }
  /** Table of the lines that could not be read as cells. */
  rejects?: string
  /** Plain CSV file, where cells may be in quotes. */
  quoted?: string
  /** The line of a row, of those that were read. */
  lineOf(row: number): Promise<number>
}

/** A table, and what is to be called when it has been read. */
export interface OpenTable extends Table {
  /** Tells of the bytes of a file that was not copied. @throws InterruptedError after a signal */
  done(): Promise<void>
}

/** Longest line, bytes. */
const longestLine = 2 ** 26

/**
 * Opens a table: a file of any format, or a query.
 * @param source - path, or an SQL query
 * @throws DataError or InputError where it cannot be read
 */
export async function openTable(
  database: Database,
  source: string,
  dialect: DialectConfig,
  options: CopyOptions & { id: string },
): Promise<OpenTable> {
  if (isQuery(source))
    return { ...(await queryTable(database, source)), done: async () => database.checkSignal() }
  const look = await lookAt(source, dialect)
  const path = await plainCopy(look, join(database.folder, options.id), options)
  const table = await tableOf(database, look, path, options.id)
  const done = async () => {
    if (path === source) options.onBytes?.((await stat(source)).size)
    database.checkSignal()
  }
  return { ...table, done }
}

function tableOf(database: Database, look: Look, path: string, id: string): Table | Promise<Table> {
  switch (look.format) {
    case 'csv':
      return csvTable(database, look, path, id)
    case 'json-lines':
      return linesTable(database, look, path, id)
    case 'json-array':
      return arrayTable(look, path)
    case 'parquet':
      return typedTable(database, look, `read_parquet(${literalPath(path)})`)
  }
}

/** Whether a source is an SQL query and not a path. */
export function isQuery(source: string): boolean {
  return /^\s*(select|from|with)\s/i.test(source)
}

/** A path in which `*`, `?` and `[` stand for themselves. */
function literalPath(path: string): string {
  return text(path.replace(/[*?[]/g, '[$&]'))
}

function csvOptions(id: string): string {
  return [
    'auto_detect=false',
    'store_rejects=true',
    `rejects_table='rejects_${id}'`,
    `rejects_scan='scan_${id}'`,
    `max_line_size=${longestLine}`,
    `buffer_size=${2 * longestLine}`,
  ].join(', ')
}

function csvTable(database: Database, look: Look, path: string, id: string): Table {
  const { delimiter, quote: around, escape, header, newLine, columns } = look
  const types = columns.map((_, k) => `'c${k}': 'VARCHAR'`).join(', ')
  const from =
    `read_csv(${literalPath(path)}, delim=${text(delimiter)}, quote=${text(around)}, ` +
    `escape=${text(around === '' ? '' : escape)}, header=${header}, columns={${types}}, ` +
    `${newLine === '\r' ? String.raw`new_line='\r', ` : ''}${csvOptions(id)})`
  return {
    look,
    from,
    cell: ({ position }) => `nullif(trim(c${position}, ' ' || chr(9) || chr(13)), '')`,
    rejects: `rejects_${id}`,
    ...(around === '' ? {} : { quoted: path }),
    lineOf: async (row) => lineOfRecord(look, path, row, await rejectedLines(database, id)),
  }
}

function linesTable(database: Database, look: Look, path: string, id: string): Table {
  const field = ({ name }: Found) => text(`$.${JSON.stringify(name)}`)
  return {
    look,
    from: `(
      SELECT line, CASE WHEN json_valid(line) THEN
        CASE WHEN json_type(line) = 'OBJECT' THEN line END END AS record
      FROM read_csv(${literalPath(path)}, delim='\u0001', quote='', escape='', header=false,
        columns={'line': 'VARCHAR'}, ${csvOptions(id)}))`,
    cell: (column) => `nullif(trim(json_extract_string(record, ${field(column)})), '')`,
    json: (column) => `CAST(json_extract(record, ${field(column)}) AS VARCHAR)`,
    broken: { is: 'record IS NULL', text: 'line' },
    rejects: `rejects_${id}`,
    lineOf: async (row) =>
      lineOfRecord(
        { ...look, quote: '', header: false },
        path,
        row,
        await rejectedLines(database, id),
      ),
  }
}

function arrayTable(look: Look, path: string): Table {
  const types = look.columns.map((column) => `${text(column)}: 'JSON'`).join(', ')
  return {
    look,
    from: `read_json(${literalPath(path)}, format='array', columns={${types}}, maximum_object_size=${longestLine})`,
    cell: (column) => `nullif(trim(${name(column.name)}->>'$'), '')`,
    json: (column) => `CAST(${name(column.name)} AS VARCHAR)`,
    lineOf: (row) => Promise.resolve(row + 1),
  }
}

async function queryTable(database: Database, query: string): Promise<Table> {
  await database.checkQuery(query)
  const look: Look = {
    file: 'the query',
    gzip: false,
    encoding: 'binary',
    format: 'parquet',
    delimiter: '',
    quote: '',
    escape: '"',
    header: true,
    newLine: '\n',
    columns: [],
    sample: [],
    unusual: [],
  }
  return typedTable(database, look, `(${query.replace(/;\s*$/, '')}\n)`)
}

/** A table that says its columns itself. */
async function typedTable(database: Database, look: Look, from: string): Promise<Table> {
  const cell = ({ name: column }: Found) => `nullif(trim(CAST(${name(column)} AS VARCHAR)), '')`
  try {
    const columns = (
      await database.rows<{ column_name: string }>(`DESCRIBE SELECT * FROM ${from}`)
    ).map(({ column_name }) => column_name)
    const cells = columns.map((column) => `CAST(${name(column)} AS VARCHAR) AS ${name(column)}`)
    const rows = await database.rows<Record<string, string | null>>(
      `SELECT ${cells.join(', ')} FROM ${from} LIMIT 1000`,
    )
    const sample = rows.map((row) => columns.map((column) => row[column] ?? ''))
    const json = ({ name: column }: Found) => `CAST(to_json(${name(column)}) AS VARCHAR)`
    const lineOf = (row: number) => Promise.resolve(row + 1)
    return { look: { ...look, columns, sample }, from, cell, json, lineOf }
  } catch (error) {
    throw asDataError(error, look.file)
  }
}

/**
 * The line on which the record with this number begins, 0 = the first after the header: blank lines
 * and those that were rejected are no records, and a cell in quotes may hold line ends.
 */
async function lineOfRecord(
  { header, quote: around, newLine }: Pick<Look, 'header' | 'quote' | 'newLine'>,
  path: string,
  record: number,
  rejected: ReadonlySet<number>,
): Promise<number> {
  if (newLine === '\r') return record + (header ? 2 : 1)
  let [open, seen, found] = [false, header ? -2 : -1, 0]
  await eachLine(path, (line, number) => {
    if (!open && line === '') return
    if (!open && !rejected.has(number) && ++seen === record) found = number
    if (around !== '' && line.split(around).length % 2 === 0) open = !open
  })
  return found
}

async function rejectedLines(database: Database, id: string): Promise<Set<number>> {
  const rows = await database.rows<{ line: bigint }>(`SELECT DISTINCT line FROM rejects_${id}`)
  return new Set(rows.map(({ line }) => Number(line)))
}

/** Lines that could not be read, and why. */
export interface Rejected {
  count: number
  /** The first of them. */
  first: BadLine[]
}

/** What DuckDB says of a line, in our words. */
const problems: Record<string, string> = {
  'MISSING COLUMNS': 'the line has fewer cells than the header',
  'TOO MANY COLUMNS': 'the line has more cells than the header',
  'UNQUOTED VALUE': 'a quote is not closed, or stands inside a cell',
  'LINE SIZE OVER MAXIMUM': 'the line is too long',
  'INVALID ENCODING': 'the line is not UTF-8; --encoding says what it is, e.g. windows-1252',
}

/** The lines that a table's reading left out. */
export async function rejectedBy(database: Database, { look, rejects }: Table): Promise<Rejected> {
  if (rejects === undefined) return { count: 0, first: [] }
  const rows = await database.rows<{ line: bigint; kind: string; line_text: string; n: bigint }>(
    `SELECT line, any_value(CAST(error_type AS VARCHAR)) AS kind, any_value(csv_line) AS line_text,
       count(*) OVER () AS n FROM ${rejects} GROUP BY line ORDER BY line LIMIT 3`,
  )
  return {
    count: Number(rows[0]?.n ?? 0),
    first: rows.map(({ line, kind, line_text }) => ({
      at: { file: look.file, line: Number(line) },
      problem: `${problems[kind] ?? kind.toLowerCase()}: ${quote(line_text.trim())}`,
    })),
  }
}
