import { quote } from '../../util/errors.js'
import type { LeftOutReason } from '../left-out.js'
import type { Found } from './roles.js'
import type { Table } from './table.js'
import { formNames, type TimeForm } from './time-forms.js'
import { numeric, plausibleSpan, secondsSql } from './times.js'

/** The last second of the year 9999. */
const lastSecond = 253_402_300_799

/** Why a row is left out. */
export const faults = {
  broken: 'unreadable lines',
  user: 'without a user id',
  item: 'without an item id',
  id: 'ids that are numbers with decimals',
  rating: 'without a usable rating',
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

/** A row with its texts, and the first fault that it has. */
export function interactionsSql({ look, from, cell, broken }: Table, layout: Layout): string {
  const { user, item, rating, time, form, guessed } = layout
  const text = (column: Found | undefined) => (column ? cell(column) : 'CAST(NULL AS VARCHAR)')
  const decimals = (column: string) =>
    `regexp_full_match(${column}, '[+-]?[0-9]+\\.[0-9]+|[+-]?[0-9](\\.[0-9]+)?[eE]\\+?[0-9]+')`
  const cases: [fault: Fault, when: string, said: string][] = [
    ['broken', 'broken', 'broken_text'],
    ['user', 'u IS NULL', "''"],
    ['item', 'i IS NULL', "''"],
    ['id', decimals('u'), 'u'],
    ['id', decimals('i'), 'i'],
  ]
  if (rating) cases.push(['rating', 'rating IS NULL', 'r'])
  if (time) {
    const [from, to] = guessed ? plausibleSpan() : [0, lastSecond]
    cases.push(['time', `seconds IS NULL OR seconds NOT BETWEEN ${from} AND ${to}`, 't'])
  }
  const choose = (of: (one: (typeof cases)[number]) => string) =>
    `CASE ${cases.map((one) => `WHEN ${one[1]} THEN ${of(one)}`).join(' ')} END`
  const number = `CASE WHEN regexp_full_match(r, '${numeric}') THEN try_cast(r AS DOUBLE) END`
  return `CREATE TABLE interactions AS
    SELECT u, i, CAST(rating AS FLOAT) AS rating, seconds,
      ${choose(([fault]) => `'${fault}'`)} AS fault, ${choose(([, , said]) => said)} AS said
    FROM (
      SELECT *, ${rating ? number : 'NULL'} AS rating,
        ${time ? secondsSql(form!, 't') : 'CAST(NULL AS DOUBLE)'} AS seconds
      FROM (
        SELECT ${text(user)} AS u, ${text(item)} AS i,
          ${look.delimiter === ',' ? text(rating) : `replace(${text(rating)}, ',', '.')`} AS r,
          ${text(time)} AS t,
          ${broken?.is ?? 'false'} AS broken, ${broken?.text ?? "''"} AS broken_text
        FROM ${from}
      )
    )`
}

/** Says what is wrong with a row. @param said - the text of the cell */
export function problemOf(fault: Fault, said: string | null, layout: Layout): string {
  const { user, item, rating, time, form, guessed } = layout
  const [from, to] = plausibleSpan().map((seconds) => new Date(seconds * 1000).getUTCFullYear())
  switch (fault) {
    case 'broken':
      return `the line is not a JSON object: ${quote(said ?? '')}`
    case 'user':
      return `${quote(user.name)} is empty; a user id is text that is not empty`
    case 'item':
      return `${quote(item.name)} is empty; an item id is text that is not empty`
    case 'id':
      return `the id ${quote(said)} is a number with decimals, as tools write whole numbers when some are missing: write the column as text or as whole numbers`
    case 'rating':
      return `${quote(rating?.name)} is ${said === null ? 'empty' : quote(said)}; a rating is a finite number`
    case 'time':
      if (said === null)
        return `${quote(time?.name)} is empty; give a time in every line, or in none`
      return (
        `${quote(time?.name)} is ${quote(said)}; read as ${formNames[form!]}` +
        (guessed
          ? `, from ${from} to ${to - 1}; --timestamp-unit says the form, and takes any year`
          : ', from 1970 to 9999')
      )
  }
}
