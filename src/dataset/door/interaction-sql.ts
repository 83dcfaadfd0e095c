import { quote } from '../../util/errors.js'
import type { LeftOutReason } from '../left-out.js'
import { trimmed } from './database.js'
import type { Found } from './roles.js'
import type { Table } from './table.js'
import { formNames, type TimeForm } from './time-forms.js'
import { numberSql, plausibleSpan, secondsSql } from './times.js'

/** The last second of the year 9999. */
const lastSecond = 253_402_300_799

/** Why a row is left out. */
export const faults = {
  broken: 'unreadable lines',
  user: 'without a user id',
  item: 'without an item id',
  id: 'ids that are numbers with decimals',
  noRating: 'without a usable rating',
  rating: 'without a usable rating',
  noTime: 'without a usable time',
  time: 'without a usable time',
} as const satisfies Record<string, LeftOutReason>
export type Fault = keyof typeof faults

/** Columns of the interactions, and how their times are written. */
export interface Layout {
  user: Found
  item: Found
  rating?: Found
  time?: Found
  form?: TimeForm
  /** Whether the form was found by looking, so that its times must be plausible. */
  guessed: boolean
}

/**
 * Makes the table `interactions`: user `u`, item `i`, `rating`, `seconds`, and the first fault of a
 * row. Where a cell is at fault its text stands in the place of `u`, which is of no use then.
 */
export function interactionsSql(table: Table, layout: Layout): string[] {
  const { rating, time, form, guessed } = layout
  const [first, last] = guessed ? plausibleSpan() : [0, lastSecond]
  const cases: [fault: Fault, when: string, said: string][] = [
    ['broken', 'broken', 'broken_text'],
    ['user', 'u IS NULL', 'NULL'],
    ['item', 'i IS NULL', 'NULL'],
    ['id', hasDecimals('u'), 'u'],
    ['id', hasDecimals('i'), 'i'],
  ]
  if (rating)
    cases.push(
      ['noRating', 'r IS NULL', 'NULL'],
      ['rating', 'rating IS NULL OR NOT isfinite(rating)', 'r'],
    )
  if (time)
    cases.push(
      ['noTime', 't IS NULL', 'NULL'],
      ['time', `seconds IS NULL OR seconds NOT BETWEEN ${first} AND ${last}`, 't'],
    )
  const choose = (of: (one: (typeof cases)[number]) => string) =>
    `CASE ${cases.map((one) => `WHEN ${one[1]} THEN ${of(one)}`).join(' ')} END`
  const names = Object.keys(faults).map((fault) => `'${fault}'`)
  return [
    `CREATE TYPE fault AS ENUM (${names.join(', ')})`,
    `CREATE TABLE interactions AS
    SELECT CASE WHEN fault IS NULL THEN u ELSE coalesce(${choose(([, , said]) => said)}, u) END AS u,
      i, rating, seconds, fault
    FROM (SELECT *, ${choose(([fault]) => `CAST('${fault}' AS fault)`)} AS fault FROM (
      SELECT *, ${rating ? `try_cast(${numberSql('r')} AS FLOAT)` : 'CAST(NULL AS FLOAT)'} AS rating,
        ${time ? secondsSql(form!, 't') : 'CAST(NULL AS DOUBLE)'} AS seconds
      FROM (${cellsSql(table, layout)})
    ))`,
  ]
}

/** The cells of a row as texts: `u`, `i`, `r` for the rating, `t` for the time. */
function cellsSql({ look, from, plain, broken }: Table, layout: Layout): string {
  const { user, item, rating, time } = layout
  const cell = (column: Found | undefined) =>
    column ? trimmed(plain(column)) : 'CAST(NULL AS VARCHAR)'
  return `SELECT ${cell(user)} AS u, ${cell(item)} AS i,
    ${look.delimiter === ',' ? cell(rating) : `replace(${cell(rating)}, ',', '.')`} AS r,
    ${cell(time)} AS t,
    ${broken?.is ?? 'false'} AS broken, ${broken?.text ?? "''"} AS broken_text
    FROM ${from}`
}

/** SQL that is true for an id such as 1000.0 or 1e3; to look for its letters first is cheaper. */
function hasDecimals(id: string): string {
  const pattern = String.raw`[+-]?[0-9]+\.[0-9]+|[+-]?[0-9](\.[0-9]+)?[eE]\+?[0-9]{1,2}`
  return (
    `((contains(${id}, '.') OR contains(${id}, 'e') OR contains(${id}, 'E')) ` +
    `AND regexp_full_match(${id}, '${pattern}'))`
  )
}

/** Says what is wrong with a row. @param said - the text of the cell */
export function problemOf(fault: Fault, said: string, layout: Layout): string {
  const { user, item, rating, time, form, guessed } = layout
  const [from, to] = plausibleSpan().map((seconds) => new Date(seconds * 1000).getUTCFullYear())
  switch (fault) {
    case 'broken':
      return `the line is not a JSON object: ${quote(said)}`
    case 'user':
      return `${quote(user.name)} is empty; a user id is text that is not empty`
    case 'item':
      return `${quote(item.name)} is empty; an item id is text that is not empty`
    case 'id':
      return `the id ${quote(said)} is a number with decimals, as tools write whole numbers when some are missing: write the column as text or as whole numbers`
    case 'noRating':
      return `${quote(rating?.name)} is empty; a rating is a finite number`
    case 'rating':
      return `${quote(rating?.name)} is ${quote(said)}; a rating is a finite number`
    case 'noTime':
      return `${quote(time?.name)} is empty; give a time in every line, or in none`
    case 'time':
      return (
        `${quote(time?.name)} is ${quote(said)}; read as ${formNames[form!]}` +
        (guessed
          ? `, from ${from} to ${to - 1}; --timestamp-unit gives the format, and then any year is allowed`
          : ', from 1970 to 9999')
      )
  }
}
