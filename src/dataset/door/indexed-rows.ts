import { sharedFloat32, sharedFloat64, sharedInt32 } from '../../util/typed.js'
import type { IndexedRows } from '../raw-data.js'
import type { Database } from './database.js'

/** Rows of the table `interactions`. */
export interface Wanted {
  /** Condition of the rows whose items have a place in the vocabulary. */
  usable: string
  /** Condition of the rows to fetch, whose users have a place in the vocabulary. */
  chosen: string
  /** Whether ratings are fetched. */
  rating: boolean
  /** Whether times are fetched. */
  time: boolean
}

/**
 * Fetches rows of the table `interactions`, in its order, with indices in the place of ids.
 * @returns with `rowOf`: the row of the table that a row was
 */
export async function indexedRows(
  database: Database,
  { usable, chosen, rating, time }: Wanted,
): Promise<Omit<IndexedRows, 'read' | 'placeOf'> & { rowOf: (row: number) => number }> {
  const { table, count, isPart } = await tableOf(database, chosen)
  const userIds = await vocabulary(database, 'users', 'u', table)
  const itemIds = await vocabulary(database, 'items', 'i', 'interactions', usable)
  const columns = {
    'users.rowid': sharedInt32(count),
    'items.rowid': sharedInt32(count),
    ...(rating && { rating: sharedFloat32(count) }),
    ...(time && { seconds: sharedFloat64(count) }),
    ...(isPart && { row: new Int32Array(count) }),
  }
  // A join does not promise the order of its rows, so each says its place.
  await database.each(
    `SELECT ${Object.keys(columns).map(asNumber).join(', ')}, CAST(${table}.rowid AS INTEGER)
     FROM ${table} JOIN users USING (u) JOIN items USING (i)`,
    (block) => {
      const all = Object.values(columns)
      all.forEach((column, k) => block.scatter(k, column, all.length))
    },
  )
  return {
    userIds,
    itemIds,
    user: columns['users.rowid'],
    item: columns['items.rowid'],
    rating: columns.rating,
    timestamp: columns.seconds,
    rowOf: (row) => columns.row?.[row] ?? row,
  }
}

/** The table itself where all of its rows are wanted, else a table of those that are. */
async function tableOf(database: Database, chosen: string) {
  const [{ all, wanted }] = await database.rows<{ all: bigint; wanted: bigint }>(
    `SELECT count(*) AS "all", count(*) FILTER (${chosen}) AS wanted FROM interactions`,
  )
  const count = Number(wanted)
  if (all === wanted) return { table: 'interactions', count, isPart: false }
  await database.rows(
    `CREATE TABLE chosen AS SELECT u, i, rating, seconds, CAST(rowid AS INTEGER) AS row
     FROM interactions WHERE ${chosen} ORDER BY row`,
  )
  return { table: 'chosen', count, isPart: true }
}

const asNumber = (column: string) =>
  column.endsWith('rowid') ? `CAST(${column} AS INTEGER)` : column

/** Makes a table of ids, in the order of their first appearance, and fetches it. */
async function vocabulary(
  database: Database,
  name: string,
  column: 'u' | 'i',
  table: string,
  condition = 'true',
): Promise<string[]> {
  await database.rows(
    `CREATE TABLE ${name} AS SELECT ${column} FROM ${table} WHERE ${condition}
     GROUP BY ${column} ORDER BY min(rowid)`,
  )
  const ids: string[] = []
  await database.each(`SELECT ${column} FROM ${name}`, (block) => {
    for (const id of block.values<string>(0)) ids.push(id)
  })
  return ids
}
