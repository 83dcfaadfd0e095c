import { DataError, quote } from '../../util/errors.js'
import type { FileLine } from '../file-line.js'

/**
 * The border between seconds and milliseconds: as milliseconds 1e11 is the year 1973, as seconds
 * the year 5138.
 */
const border = 1e11

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/
const isoDate =
  /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?) ?(Z|[+-]\d\d:?\d\d)?)?$/

/**
 * An id: text that is not blank, or a whole number.
 * @throws DataError for anything else, as all readers of fields here do
 */
export function idOf(value: unknown, column: string, at: FileLine): string {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value)
  if (typeof value === 'string' && value.trim() !== '') return value
  throw new DataError(
    `${quote(column)} is ${quote(value ?? '')}; an id is text that is not empty`,
    at,
  )
}

/** A finite number, or text that spells one. */
export function numberOf(value: unknown, column: string, at: FileLine): number {
  const number = typeof value === 'string' && decimal.test(value.trim()) ? Number(value) : value
  if (typeof number === 'number' && Number.isFinite(number)) return number
  throw new DataError(`${quote(column)} is ${quote(value)}, not a finite number`, at)
}

/** Seconds since 1970-01-01 UTC. */
export function secondsOf(value: unknown, column: string, at: FileLine): number {
  const seconds = notNegative(numberOf(value, column, at), column, at)
  if (seconds <= border) return seconds
  throw new DataError(
    `${quote(column)} is ${seconds}, which looks like milliseconds ` +
      `where seconds are read; divide by 1000`,
    at,
  )
}

/** Milliseconds since 1970-01-01 UTC, as seconds. */
export function millisecondsOf(value: unknown, column: string, at: FileLine): number {
  const milliseconds = notNegative(numberOf(value, column, at), column, at)
  if (milliseconds >= border) return milliseconds / 1000
  throw new DataError(
    `${quote(column)} is ${milliseconds}, which looks like seconds ` +
      `where milliseconds are read; multiply by 1000`,
    at,
  )
}

/** Seconds of an ISO 8601 date, or date and time (UTC without a zone); undefined for others. */
export function parseIsoSeconds(text: string): number | undefined {
  const [, date, time = '00:00', zone = 'Z'] = isoDate.exec(text.trim()) ?? []
  const day = Date.parse(`${date}T00:00Z`)
  // 2023-02-30 would roll over to March.
  const exists =
    date !== undefined && Number.isFinite(day) && new Date(day).toISOString().startsWith(date)
  const seconds = exists ? Date.parse(`${date}T${time}${zone}`) / 1000 : NaN
  return Number.isFinite(seconds) ? seconds : undefined
}

function notNegative(value: number, column: string, at: FileLine): number {
  if (value >= 0) return value
  throw new DataError(
    `${quote(column)} is ${value}; a timestamp is not negative (0 is 1970-01-01)`,
    at,
  )
}

/** The error of a file that lacks a column. */
export function missingColumn(column: string, present: readonly string[], at: FileLine): DataError {
  const shown = present
    .slice(0, 30)
    .map((name) => quote(name))
    .join(', ')
  return new DataError(
    `there is no ${quote(column)}; there is ` +
      (shown || 'nothing') +
      (present.length > 30 ? ', ...' : ''),
    at,
  )
}
