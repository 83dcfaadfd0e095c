import { DataError, quote } from '../../util/errors.js'
import type { DialectConfig } from '../config.js'
import type { FileLine } from '../file-line.js'
import { Database, trimmed } from './database.js'
import type { Look } from './look.js'
import { lookAt } from './look-at.js'
import { lockTo, openTable } from './open-table.js'
import { rejectedBy } from './rejected.js'
import { columnOf, type Found, listOf } from './roles.js'

/** Columns of a table of ids; those that are absent are found by their usual names. */
export interface IdColumns {
  user?: string
  item?: string
  /** Whether each row has a user: always, perhaps, or never. */
  users: 'needed' | 'optional' | 'none'
  dialect?: DialectConfig
}

/** A row of a table of ids. */
export interface IdRow {
  /** Empty where there is none. */
  user: string
  item: string
  at: FileLine
}

/**
 * Reads a table of ids in any format that interactions may have; where no user is needed also ids,
 * one a line.
 * @throws DataError for a line that has no id
 */
export function readIdTable(file: string, columns: IdColumns): Promise<IdRow[]> {
  const look = (path: string) => lookAtIds(path, columns)
  return Database.use(undefined, async (database) => {
    const table = await openTable(database, file, {}, { id: 'ids', look })
    await lockTo(database, [table])
    const item = needed(table.look, 'item', columns.item)
    const user =
      columns.users === 'needed'
        ? needed(table.look, 'user', columns.user)
        : columns.users === 'optional'
          ? columnOf(table.look, 'user', columns.user)
          : undefined
    const cells: [user: string | null, item: string | null][] = []
    const cell = (column: Found) => trimmed(table.plain(column))
    const select = `SELECT ${user ? cell(user) : 'NULL'}, ${cell(item)} FROM ${table.from}`
    await database.each(select, (block) => {
      const users = block.values<string | null>(0)
      const items = block.values<string | null>(1)
      for (let k = 0; k < block.rows; k++) cells.push([users[k], items[k]])
    })
    const { first } = await rejectedBy(database, table)
    if (first.length > 0) throw new DataError(first[0].problem, first[0].at)
    const placeOf = await table.places(cells.length - 1)
    const rows = cells.map(([userId, itemId], row) => ({ userId, itemId, row }))
    // A blank line is a row where there is one column.
    const filled = table.look.columns.length > 1 ? rows : rows.filter(({ itemId }) => itemId)
    return filled.map(({ userId, itemId, row }) => ({
      user: userId ?? (columns.users === 'needed' ? empty('user', user!, placeOf(row)) : ''),
      item: itemId ?? empty('item', item, placeOf(row)),
      at: placeOf(row),
    }))
  })
}

/** A file without a column that is known as that of the items has an id on each line. */
async function lookAtIds(file: string, { users, item, dialect }: IdColumns): Promise<Look> {
  const look = await lookAt(file, dialect, 1)
  const isList = look.format === 'csv' && users !== 'needed' && !columnOf(look, 'item', item)
  return isList ? lookAt(file, { delimiter: '\u0001', quote: '', header: false }, 1) : look
}

function needed(look: Look, role: 'user' | 'item', named: string | undefined): Found {
  const isList = look.delimiter === '\u0001'
  const found = isList
    ? { name: 'the line', position: 0, taken: false }
    : columnOf(look, role, named)
  if (found) return found
  throw new DataError(`there is no "${role}_id"; there is ${listOf(look.columns)}`, {
    file: look.file,
    line: 1,
  })
}

function empty(role: string, { name }: Found, at: FileLine): never {
  throw new DataError(
    `${quote(name)} is empty; ${role === 'user' ? 'a' : 'an'} ${role} id is text that is not empty`,
    at,
  )
}
