import { basename } from 'node:path'
import { DataError, quote } from '../../util/errors.js'
import type { FilesConfig } from '../config.js'
import type { Finding } from '../left-out.js'
import type { IndexedRows } from '../raw-data.js'
import { type BadLine, skipBadLines } from './bad-lines.js'
import { asDataError, type Database } from './database.js'
import { type Fault, faults, interactionsSql, type Layout, problemOf } from './interaction-sql.js'
import type { RowChoice } from '../row-choice.js'
import { chosenRows } from './chosen-rows.js'
import { rejectedBy } from './rejected.js'
import { columnOf, lookFindings, type Role } from './roles.js'
import { refuseRunaway } from './runaway.js'
import type { Table } from './table.js'
import { formNames } from './time-forms.js'
import { timeFormOf } from './times.js'

/** Interactions by index, and what was found when they were read. */
export interface InteractionRows extends IndexedRows {
  findings: Finding[]
}

/**
 * Reads interactions: ids in the order of their first appearance, rows in the order of the file.
 * @param choice - which rows are wanted
 * @throws DataError at the first row that cannot be used, unless the settings say to skip such rows
 */
export async function readInteractions(
  database: Database,
  table: Table,
  config: FilesConfig,
  choice: RowChoice,
): Promise<InteractionRows> {
  const layout = layoutOf(table, config)
  const { rating } = layout
  const unread = choice.implicit && choice.minRating === undefined
  if (unread) delete layout.rating
  try {
    for (const sql of interactionsSql(table, layout)) await database.rows(sql)
  } catch (error) {
    throw asDataError(error, table.look.file)
  }
  const { read, findings } = await checkRows(database, table, layout, config)
  await refuseRunaway(database, table, read)
  const fields = { rating: unread ? rating : layout.rating, time: layout.time }
  const { rowOf, ...rows } = await chosenRows(database, fields, choice, table.look.file)
  return {
    ...rows,
    read,
    placeOf: (row) => table.near(rowOf(row)),
    findings: [...takenByName(table, layout), ...findings, ...rows.findings],
  }
}

function layoutOf(table: Table, { columns, timestampUnit }: FilesConfig): Layout {
  const { look } = table
  const needed = (role: Role, named: string | undefined) => {
    const found = columnOf(look, role, named)
    if (found) return found
    const shown = look.columns.slice(0, 30).map((column) => quote(column))
    throw new DataError(
      look.header
        ? `understudy found no column of ${role} ids among ${shown.join(', ')}; ` +
            `name it: --column ${role}=NAME`
        : `the file seems to have no header; give the columns by position: ` +
            `--column user=0 --column item=1 (the first row is ${quote(look.sample[0]?.join(' | '))}; ` +
            'if it is a header after all: --header yes)',
      { file: look.file, line: 1 },
    )
  }
  const user = needed('user', columns.user)
  const item = needed('item', columns.item)
  const rating = columnOf(look, 'rating', columns.rating)
  const time = columnOf(look, 'timestamp', columns.timestamp)
  const values = time
    ? look.sample.map((row) => row[time.position].trim()).filter((value) => value !== '')
    : []
  if (time === undefined) return { user, item, rating, guessed: false }
  const form = timestampUnit ?? (values.length > 0 ? timeFormOf(values, time.name, look.file) : 's')
  return { user, item, rating, time, form, guessed: timestampUnit === undefined }
}

/** Counts what cannot be used, and takes it out or refuses it. */
async function checkRows(
  database: Database,
  table: Table,
  layout: Layout,
  config: FilesConfig,
): Promise<{ read: number; findings: Finding[] }> {
  await dropEmptyColumns(database, layout)
  const counts = await database.rows<{ fault: Fault | null; n: bigint }>(
    'SELECT fault, count(*) AS n FROM interactions GROUP BY fault ORDER BY min(rowid)',
  )
  const rejected = await rejectedBy(database, table)
  const read = counts.reduce((sum, { n }) => sum + Number(n), 0) + rejected.count
  const lost = new Map<Fault, number>()
  if (rejected.count > 0) lost.set('broken', rejected.count)
  for (const { fault, n } of counts)
    if (fault !== null) lost.set(fault, (lost.get(fault) ?? 0) + Number(n))
  const count = [...lost.values()].reduce((a, b) => a + b, 0)
  if (count === 0) return { read, findings: [] }
  const some = [...rejected.first, ...(await firstFaults(database, table, layout))]
  const note = skipBadLines({ count, some, all: count === read }, config)
  const leftOut = [...lost].map(([fault, interactions]) => ({
    leftOut: { reason: faults[fault], done: 'dropped', interactions },
  }))
  return { read, findings: [{ note }, ...leftOut] }
}

/** A column that is empty in every row is no column. */
async function dropEmptyColumns(database: Database, layout: Layout): Promise<void> {
  const [{ ratings, times }] = await database.rows<{ ratings: bigint; times: bigint }>(
    `SELECT count(*) FILTER (rating IS NOT NULL OR fault = 'rating') AS ratings,
       count(*) FILTER (seconds IS NOT NULL OR fault = 'time') AS times
     FROM interactions`,
  )
  const empty = [
    ...(layout.rating && ratings === 0n ? ['noRating' as const] : []),
    ...(layout.time && times === 0n ? ['noTime' as const] : []),
  ]
  for (const fault of empty)
    await database.rows(`UPDATE interactions SET fault = NULL WHERE fault = '${fault}'`)
  if (empty.includes('noRating')) delete layout.rating
  if (empty.includes('noTime')) delete layout.time
}

/** The first rows that cannot be used, in the order of the file. */
async function firstFaults(database: Database, table: Table, layout: Layout): Promise<BadLine[]> {
  const rows = await database.rows<{ row: bigint; fault: Fault; said: string }>(
    'SELECT rowid AS row, fault, u AS said FROM interactions WHERE fault IS NOT NULL ORDER BY rowid LIMIT 3',
  )
  const placeOf = await table.places(Number(rows.at(-1)?.row ?? 0))
  return rows.map(({ row, fault, said }) => ({
    at: placeOf(Number(row)),
    problem: problemOf(fault, said, layout),
  }))
}

/** Columns that were taken because of their names, and the form of the times. */
function takenByName({ look }: Table, layout: Layout): Finding[] {
  const { user, item, rating, time, form, guessed } = layout
  return [
    ...lookFindings(look, { user, item, rating, timestamp: time }, '--column'),
    ...(time && guessed && form !== 's'
      ? [{ note: `${basename(look.file)}: ${quote(time.name)} read as ${formNames[form!]}` }]
      : []),
  ]
}
