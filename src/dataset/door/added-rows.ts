import type { Finding } from '../left-out.js'
import type { IndexedRows } from '../raw-data.js'
import type { RowChoice } from '../row-choice.js'
import { chosenRows } from './chosen-rows.js'
import { Database } from './database.js'

/**
 * Chooses among rows that did not come from a table: they become one, so that rows are chosen in
 * one way wherever they come from.
 */
export async function chosenOf(
  rows: IndexedRows,
  choice: RowChoice,
  name: string,
  signal?: AbortSignal,
): Promise<IndexedRows & { findings: Finding[] }> {
  const { userIds, itemIds, user, item, rating, timestamp } = rows
  return Database.use(signal, async (database) => {
    await database.rows(
      'CREATE TABLE interactions (u VARCHAR, i VARCHAR, rating FLOAT, seconds DOUBLE, fault TINYINT)',
    )
    await database.append('interactions', user.length, (row) => [
      userIds[user[row]],
      itemIds[item[row]],
      rating?.[row] ?? null,
      timestamp?.[row] ?? null,
      null,
    ])
    const { rowOf, ...chosen } = await chosenRows(
      database,
      { rating, time: timestamp },
      choice,
      name,
    )
    const placeOf = (row: number) => rows.placeOf(rowOf(row))
    return { ...chosen, read: rows.read ?? user.length, placeOf }
  })
}
