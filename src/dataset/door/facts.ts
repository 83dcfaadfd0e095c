import { UnderstudyError } from '../../util/errors.js'
import type { FilesConfig } from '../config.js'
import { Database } from './database.js'
import type { Look } from './look.js'
import { openTable } from './open-table.js'
import { columnOf, type Role } from './roles.js'
import { formNames, type TimeForm } from './time-forms.js'
import { isNumber, timeFormOf } from './times.js'

/** What a look at a table found, before it is read. */
export interface TableFacts {
  /** Path, pattern or query. */
  source: string
  /** What it holds, by its columns. */
  holds: 'interactions' | 'items'
  format: Look['format']
  gzip: boolean
  encoding: string
  /** Of CSV. */
  delimiter?: string
  quotes?: boolean
  header?: boolean
  columns: ColumnFacts[]
  /** Form of the times, or why it is not known. */
  timeForm?: TimeForm
  timeProblem?: string
}

/** A column: its type, by some of its cells, and what it is taken for. */
export interface ColumnFacts {
  name: string
  type: string
  role?: Role
}

const interactionRoles = ['user', 'item', 'rating', 'timestamp'] as const
const itemRoles = ['itemId', 'title', 'categories', 'brand', 'description'] as const

/**
 * Looks at one or two tables: how they are written, and what their columns are taken for.
 * @throws DataError where one cannot be read
 */
export function factsOf(
  sources: readonly string[],
  settings: Pick<FilesConfig, 'dialect' | 'columns' | 'timestampUnit'>,
): Promise<TableFacts[]> {
  return Database.use(undefined, async (database) => {
    const looks: Look[] = []
    for (const [k, source] of sources.entries())
      looks.push((await openTable(database, source, settings.dialect, { id: `look${k}` })).look)
    const first = interactionsAmong(looks, settings)
    return looks.map((look, k) =>
      tableFacts(sources[k], look, k === first ? 'interactions' : 'items', settings),
    )
  })
}

/** The first table that has a user; of two the one that has the fewer columns of text. */
function interactionsAmong(looks: readonly Look[], { columns }: Pick<FilesConfig, 'columns'>) {
  const weight = (look: Look) => {
    const has = (role: Role) => columnOf({ ...look, sparse: true }, role, undefined) !== undefined
    const user = columns.user === undefined ? has('user') : look.columns.includes(columns.user)
    return user ? 10 - itemRoles.slice(1).filter(has).length : 0
  }
  const weights = looks.map(weight)
  const most = Math.max(...weights)
  return most === 0 ? undefined : weights.indexOf(most)
}

function tableFacts(
  source: string,
  look: Look,
  holds: TableFacts['holds'],
  { columns, timestampUnit }: Pick<FilesConfig, 'columns' | 'timestampUnit'>,
): TableFacts {
  const roles: readonly Role[] = holds === 'interactions' ? interactionRoles : itemRoles
  const places = roles.map((role) => [role, columnOf(look, role, columns[role])?.position] as const)
  const cells = (k: number) => look.sample.map((row) => row[k].trim()).filter((cell) => cell !== '')
  const { format, gzip, encoding, delimiter, quote, header } = look
  const time = places.find(([role]) => role === 'timestamp')?.[1]
  return {
    source,
    holds,
    format,
    gzip,
    encoding,
    ...(format === 'csv' ? { delimiter, quotes: quote !== '', header } : {}),
    columns: look.columns.map((name, k) => {
      const role = places.find(([, position]) => position === k)?.[0]
      return { name, type: typeOf(cells(k)), ...(role && { role }) }
    }),
    ...(timestampUnit !== undefined
      ? { timeForm: timestampUnit }
      : time === undefined
        ? {}
        : timeOf(cells(time), look.columns[time], source)),
  }
}

function timeOf(cells: string[], column: string, source: string) {
  if (cells.length === 0) return {}
  try {
    return { timeForm: timeFormOf(cells, column, source) }
  } catch (error) {
    if (!(error instanceof UnderstudyError)) throw error
    return { timeProblem: error.message.replace(`${source}: `, '') }
  }
}

const types: [name: string, pattern: RegExp][] = [
  ['whole numbers', /^[+-]?\d+$/],
  ['numbers', isNumber],
  ['dates', /^\d{4}[-/]\d\d?[-/]\d\d?\b|^\d\d?[./-]\d\d?[./-]\d{2,4}\b/],
  ['lists', /^\[.*\]$/s],
]

function typeOf(cells: readonly string[]): string {
  if (cells.length === 0) return 'empty'
  const found = types.find(([, pattern]) => cells.every((cell) => pattern.test(cell)))
  return found?.[0] ?? 'text'
}

/** How the times of a table are called. */
export function timeText({ timeForm, timeProblem }: TableFacts): string | undefined {
  return timeForm === undefined ? timeProblem : formNames[timeForm]
}
