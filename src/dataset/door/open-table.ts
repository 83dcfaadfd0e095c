import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DataError } from '../../util/errors.js'
import type { DialectConfig } from '../config.js'
import { csvTable, linesTable } from './csv-table.js'
import type { Database } from './database.js'
import type { Look } from './look.js'
import { lookAt } from './look-at.js'
import { duckdbTable } from './duckdb-table.js'
import { checkInside, partsOf } from './parts.js'
import { type CopyOptions, plainCopy } from './plain-copy.js'
import type { Part, Table } from './table.js'
import { arrayTable, parquetTable, queryTable } from './typed-table.js'

/** A table, and what is to be called when it has been read. */
export interface OpenTable extends Table {
  /** Tells of the bytes of files that were not copied. @throws InterruptedError after a signal */
  done(): Promise<void>
}

/** How a table is opened. */
export interface OpenOptions extends CopyOptions {
  /** Name of the table in the database. */
  id: string
  /** Looks at a file; default `lookAt`. */
  look?: typeof lookAt
  /** Folder that no file may lie outside of, by a link neither. */
  within?: string
}

/**
 * Opens a table: a file of any format, several of one kind, or a query.
 * @param source - path, glob pattern, folder of files, `FILE#TABLE` of a database, or an SQL query
 * @throws DataError or InputError where it cannot be read
 */
export async function openTable(
  database: Database,
  source: string,
  dialect: DialectConfig,
  options: OpenOptions,
): Promise<OpenTable> {
  if (isQuery(source))
    return { ...(await queryTable(database, source)), done: async () => database.checkSignal() }
  const { files, table: wanted } = await partsOf(database, source)
  if (options.within !== undefined) await checkInside(files, options.within)
  const parts: Part[] = []
  for (const [k, file] of files.entries()) {
    const look = await (options.look ?? lookAt)(file, dialect)
    if (k > 0) checkAlike(look, parts[0].look)
    const copy = join(database.folder, `${options.id}-${k}`)
    parts.push({ look, path: await plainCopy(look, copy, options) })
  }
  const table = await tableOf(database, parts, options.id, wanted)
  return {
    ...table,
    look: { ...table.look, file: source },
    async done() {
      for (const { look, path } of parts)
        if (path === look.file) options.onBytes?.((await stat(path)).size)
      database.checkSignal()
    },
  }
}

function tableOf(
  database: Database,
  parts: Part[],
  id: string,
  wanted: string | undefined,
): Promise<Table> {
  const [{ look }] = parts
  if (wanted !== undefined && look.format !== 'duckdb')
    throw new DataError(`#${wanted} names a table, but the file is no DuckDB database`, look)
  switch (look.format) {
    case 'csv':
      return csvTable(database, parts, id)
    case 'json-lines':
      return linesTable(database, parts, id)
    case 'json-array':
      return arrayTable(database, parts)
    case 'parquet':
      return parquetTable(database, parts)
    case 'duckdb':
      return duckdbTable(database, parts, wanted)
  }
}

/**
 * From here on nothing but the files of these tables can be read. The files of a query are those
 * that it names.
 */
export function lockTo(database: Database, tables: readonly Table[]): Promise<void> {
  const hasQuery = tables.some(({ parts }) => parts.length === 0)
  const paths = tables.flatMap(({ parts }) => parts.map(({ path }) => path))
  return database.lock(hasQuery ? undefined : paths)
}

/** @throws DataError where files of one table are not written in one way */
function checkAlike(look: Look, first: Look): void {
  const kind = ({ format, delimiter, quote, escape, header, newLine }: Look) =>
    [format, delimiter, quote, escape, header, newLine].join(' ')
  const columns = (one: Look) => (one.format === 'csv' ? one.columns.join(', ') : '')
  if (kind(look) !== kind(first))
    throw new DataError(`the file has another format than ${first.file}`, look)
  if (columns(look) !== columns(first))
    throw new DataError(
      `the columns are ${columns(look)}, but those of ${first.file} are ${columns(first)}`,
      { file: look.file, line: 1 },
    )
}

/** Whether a source is an SQL query and not a path. */
export function isQuery(source: string): boolean {
  return /^\s*(select|from|with)\s/i.test(source)
}
