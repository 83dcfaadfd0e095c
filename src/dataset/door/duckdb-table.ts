import { DataError } from '../../util/errors.js'
import { asDataError, type Database, name, text } from './database.js'
import { listOf } from './roles.js'
import type { Part, Table } from './table.js'
import { typed, withPlaces } from './typed-table.js'

/**
 * A table of a DuckDB database, which is only read.
 * @param wanted - its name, or `schema.name`; absent: the only one that there is
 */
export async function duckdbTable(
  database: Database,
  parts: Part[],
  wanted: string | undefined,
): Promise<Table> {
  const [{ look, path }] = parts
  // The path is its name here: both tables of a data set may be in one file.
  try {
    await database.rows(`ATTACH IF NOT EXISTS ${text(path)} AS ${name(path)} (READ_ONLY)`)
  } catch (error) {
    throw asDataError(error, path)
  }
  const found = await database.rows<{ schema: string; table: string }>(
    `SELECT table_schema AS schema, table_name AS "table" FROM information_schema.tables
     WHERE table_catalog = ${text(path)} ORDER BY ALL`,
  )
  const chosen = found.filter(
    ({ schema, table }) => wanted === undefined || [table, `${schema}.${table}`].includes(wanted),
  )
  if (chosen.length !== 1)
    throw new DataError(
      `the database has the tables ${listOf(found.map(({ table }) => table))}; ` +
        `${wanted === undefined ? 'name one' : 'the one that you named is not there'}: FILE#TABLE`,
      { file: path },
    )
  const from = [path, chosen[0].schema, chosen[0].table].map(name).join('.')
  return withPlaces(database, parts, () => from, await typed(database, look, from))
}
