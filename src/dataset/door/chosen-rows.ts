import { DataError, InputError } from '../../util/errors.js'
import { type Finding, notesOf } from '../left-out.js'
import type { IndexedRows } from '../raw-data.js'
import type { RowChoice } from '../row-choice.js'
import { counted } from '../wording.js'
import { type Database, text } from './database.js'
import { indexedRows } from './indexed-rows.js'

/** Interactions of the table `interactions` that are wanted. */
export interface ChosenRows extends Omit<IndexedRows, 'read' | 'placeOf'> {
  /** The row of the table that a row was. */
  rowOf(row: number): number
  /** What was left out. */
  findings: Finding[]
}

/** Condition of the rows that can be used. */
const usable = 'fault IS NULL'

/**
 * Chooses rows of the table `interactions` and fetches them: those rated high enough, of a sample
 * of the users. The item vocabulary has all items of the table, so that an item whose rows are left
 * out is not taken for one that nobody has interacted with.
 * @param fields - the fields that the rows have
 * @throws InputError for a least rating of data without ratings; DataError when no row is left
 */
export async function chosenRows(
  database: Database,
  fields: { rating?: unknown; time?: unknown },
  choice: RowChoice,
  file: string,
): Promise<ChosenRows> {
  const { minRating, implicit, sampleUsers } = choice
  const findings: Finding[] = []
  let chosen = usable
  if (minRating !== undefined) {
    if (!fields.rating) throw withoutRatings(minRating)
    const rated = `${chosen} AND rating >= ${minRating}`
    const lost = await lossOf(database, chosen, rated)
    chosen = rated
    const interactions = counted(lost.interactions, 'interaction')
    findings.push({
      note: `${interactions} rated below ${minRating}: left out`,
      leftOut: { reason: 'rated too low', done: 'dropped', ...lost },
    })
  }
  if (sampleUsers !== undefined) {
    const users = await sample(database, chosen, sampleUsers, choice.sampleSeed ?? 0)
    const sampled = `${chosen} AND u IN (FROM sampled_users)`
    const lost = await lossOf(database, chosen, sampled)
    chosen = sampled
    findings.push({
      note: `a sample of ${counted(users, 'user')}: ${counted(lost.users, 'user')} and ${counted(lost.interactions, 'interaction')} left out`,
      leftOut: { reason: 'users not in the sample', done: 'dropped', ...lost },
    })
  }
  if (implicit && fields.rating) findings.push({ note: 'ratings are not used: interactions only' })
  const rows = await indexedRows(database, {
    usable,
    chosen,
    rating: fields.rating !== undefined && !implicit,
    time: fields.time !== undefined,
  })
  if (rows.user.length === 0 && findings.length > 0)
    throw new DataError(`no interactions are left: ${notesOf(findings).join('; ')}`, { file })
  return { ...rows, findings }
}

function withoutRatings(minRating: number): InputError {
  return new InputError(
    `--min-rating ${minRating} (dataset.minRating) needs ratings, and the interactions have none; ` +
      'if a column has another name, use --column rating=NAME',
  )
}

/** Users, items and interactions of the rows `before` that are not among the rows `after`. */
async function lossOf(database: Database, before: string, after: string) {
  const [was, is] = [await sizes(database, before), await sizes(database, after)]
  return {
    users: was.users - is.users,
    items: was.items - is.items,
    interactions: was.interactions - is.interactions,
  }
}

async function sizes(database: Database, condition: string) {
  const [row] = await database.rows<Record<'users' | 'items' | 'interactions', bigint>>(
    `SELECT count(DISTINCT u) AS users, count(DISTINCT i) AS items, count(*) AS interactions
     FROM interactions WHERE ${condition}`,
  )
  return {
    users: Number(row.users),
    items: Number(row.items),
    interactions: Number(row.interactions),
  }
}

/**
 * Makes the table `sampled_users`: those whose ids have the least hash with the seed, so that the
 * order of the rows does not matter. Returns how many there are.
 */
async function sample(database: Database, condition: string, size: number, seed: number) {
  await database.rows(
    `CREATE TABLE sampled_users AS SELECT u FROM
       (SELECT DISTINCT u FROM interactions WHERE ${condition})
     ORDER BY md5(${text(`${seed} `)} || u), u LIMIT ${size}`,
  )
  const [{ n }] = await database.rows<{ n: bigint }>('SELECT count(*) AS n FROM sampled_users')
  return Number(n)
}
