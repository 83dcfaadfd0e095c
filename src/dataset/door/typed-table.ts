import { asDataError, type Database, name, pathList, text } from './database.js'
import type { Look } from './look.js'
import type { Found } from './roles.js'
import { longest, type Part, placesIn, type Table } from './table.js'

/** A table of JSON lists of objects. */
export function arrayTable(database: Database, parts: Part[]): Promise<Table> {
  const all = [...new Set(parts.flatMap(({ look }) => look.columns))]
  const types = all.map((column) => `${text(column)}: 'JSON'`).join(', ')
  const from = (files: Part[]) =>
    `read_json(${pathList(files)}, format='array', columns={${types}}, maximum_object_size=${longest})`
  const cells = {
    plain: (column: Found) => `(${name(column.name)}->>'$')`,
    json: (column: Found) => `CAST(${name(column.name)} AS VARCHAR)`,
  }
  return withPlaces(database, parts, from, { look: { ...parts[0].look, columns: all }, ...cells })
}

/** A table of Parquet files. */
export async function parquetTable(database: Database, parts: Part[]): Promise<Table> {
  const from = (files: Part[]) => `read_parquet(${pathList(files)}, union_by_name=true)`
  const { look } = parts[0]
  return withPlaces(database, parts, from, await typed(database, look, from(parts)))
}

/** A table that a query gives. */
export async function queryTable(database: Database, query: string): Promise<Table> {
  await database.checkQuery(query)
  const from = `(${query.replace(/;\s*$/, '')}\n)`
  const place = (row: number) => ({ file: resultOfQuery.file, line: row + 1 })
  return {
    ...(await typed(database, resultOfQuery, from)),
    from,
    parts: [],
    places: async () => place,
    near: place,
  }
}

const resultOfQuery: Look = {
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

/** Columns that a table says itself, and how their cells are read. */
export async function typed(
  database: Database,
  look: Look,
  from: string,
): Promise<Pick<Table, 'look' | 'plain' | 'json'>> {
  const plain = ({ name: column }: Found) => `CAST(${name(column)} AS VARCHAR)`
  const json = ({ name: column }: Found) => `CAST(to_json(${name(column)}) AS VARCHAR)`
  try {
    const columns = (
      await database.rows<{ column_name: string }>(`DESCRIBE SELECT * FROM ${from}`)
    ).map(({ column_name }) => column_name)
    const cells = columns.map((column) => `CAST(${name(column)} AS VARCHAR) AS ${name(column)}`)
    const rows = await database.rows<Record<string, string | null>>(
      `SELECT ${cells.join(', ')} FROM ${from} LIMIT 1000`,
    )
    const sample = rows.map((row) => columns.map((column) => row[column] ?? ''))
    return { look: { ...look, columns, sample }, plain, json }
  } catch (error) {
    throw asDataError(error, look.file)
  }
}

/** A table whose files count rows and not lines. */
export async function withPlaces(
  database: Database,
  parts: Part[],
  from: (files: Part[]) => string,
  table: Pick<Table, 'look' | 'plain' | 'json'>,
): Promise<Table> {
  const before = [0]
  for (const part of parts.slice(0, -1)) {
    const [{ n }] = await database.rows<{ n: bigint }>(`SELECT count(*) AS n FROM ${from([part])}`)
    before.push(before.at(-1)! + Number(n))
  }
  const near = placesIn(parts, before, 1)
  return { ...table, from: from(parts), parts, near, places: async () => near }
}
