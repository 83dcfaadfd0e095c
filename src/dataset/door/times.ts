import { DataError, InputError, oneOf, quote } from '../../util/errors.js'
import { formNames, type TimeForm } from './time-forms.js'

/** What a number looks like. */
export const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/
const isIso = /^\d{4}[-/]\d\d?[-/]\d\d?([T ]\d\d?:\d\d|$)/
const isDayMonth = /^(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d\d)(\s|$|,)/
const isWords = /\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)/i

/** Between the units of numbers: 1e11 is the year 5138 in seconds and 1973 in milliseconds. */
const borders: [most: number, form: TimeForm][] = [
  [1e11, 's'],
  [1e14, 'ms'],
  [1e17, 'us'],
  [Infinity, 'ns'],
]

/**
 * The form of the times of a column, by some of them.
 * @param values - not empty
 * @throws InputError where day and month cannot be told apart; DataError for a form not known
 */
export function timeFormOf(values: readonly string[], column: string, file: string): TimeForm {
  const kinds: [RegExp, () => TimeForm][] = [
    [isNumber, () => numberForm(values.filter((value) => isNumber.test(value)))],
    [isIso, () => 'iso'],
    [isDayMonth, () => dayMonthForm(values, column, file)],
    [isWords, () => 'words'],
  ]
  for (const [pattern, form] of kinds)
    if (values.filter((value) => pattern.test(value)).length > values.length / 2) return form()
  const odd = values.find((value) => !isNumber.test(value))
  throw new DataError(
    `${quote(column)} is ${quote(odd)}, not a time; known are numbers, ` +
      `${oneOf((['iso', 'dmy', 'words'] as const).map((form) => formNames[form]))}`,
    { file },
  )
}

function numberForm(values: readonly string[]): TimeForm {
  if (values.every((value) => /^(19|20)\d\d(0[1-9]|1[0-2])([0-2]\d|3[01])$/.test(value)))
    return 'yyyymmdd'
  const sizes = values.map((value) => Math.abs(Number(value))).sort((a, b) => a - b)
  if (sizes[0] > 20_000 && sizes.at(-1)! < 80_000) return 'excel'
  const median = sizes[Math.floor(sizes.length / 2)]
  return borders.find(([most]) => median <= most)![1]
}

function dayMonthForm(values: readonly string[], column: string, file: string): TimeForm {
  const parts = values.flatMap((value) => {
    const [, first, , second] = isDayMonth.exec(value) ?? []
    return first === undefined ? [] : [[Number(first), Number(second)]]
  })
  const dayFirst = parts.some(([first]) => first > 12)
  const monthFirst = parts.some(([, second]) => second > 12)
  if (dayFirst !== monthFirst) return dayFirst ? 'dmy' : 'mdy'
  throw new InputError(
    `${file}: ${quote(column)} is ${quote(values[0])}: is the day first or the month? ` +
      'Say --timestamp-unit dmy or --timestamp-unit mdy',
  )
}

const clocks = ['', ' %H:%M:%S', ' %H:%M', ' %I:%M:%S %p', ' %I:%M %p', ', %H:%M:%S', ', %H:%M']
const dated = (dates: readonly string[]) =>
  dates.flatMap((date) => clocks.map((clock) => date + clock))
const separated = (order: readonly string[]) =>
  dated(['/', '.', '-'].flatMap((by) => ['%Y', '%y'].map((year) => [...order, year].join(by))))
const inWords = dated(
  [
    '%d %b %Y',
    '%d %B %Y',
    '%b %d, %Y',
    '%B %d, %Y',
    '%b %d %Y',
    '%B %d %Y',
    '%d-%b-%Y',
    '%d-%b-%y',
  ].flatMap((date) => [date, `%a, ${date}`, `%A, ${date}`]),
).concat('%a %b %d %H:%M:%S %Y')
const withZone = ['%a %b %d %H:%M:%S %z %Y', '%a, %d %b %Y %H:%M:%S %z', '%d %b %Y %H:%M:%S %z']

/**
 * SQL for the number that a text spells, which may be infinite or NaN; NULL where it spells none.
 * DuckDB by itself takes 1_000 for a number.
 */
export function numberSql(column: string): string {
  return `CASE WHEN NOT contains(${column}, '_') THEN try_cast(${column} AS DOUBLE) END`
}

/** SQL for the seconds since 1970 that a text spells in this form; NULL where it does not. */
export function secondsSql(form: TimeForm, column: string): string {
  const number = numberSql(column)
  const parsed = (value: string, formats: readonly string[]) =>
    `epoch_us(try_strptime(${value}, [${formats.map((one) => `'${one}'`).join(', ')}])) / 1e6`
  switch (form) {
    case 's':
      return number
    case 'ms':
      return `(${number}) / 1e3`
    case 'us':
      return `(${number}) / 1e6`
    case 'ns':
      return `(${number}) / 1e9`
    case 'excel':
      return `round(((${number}) - 25569) * 86400)`
    case 'yyyymmdd':
      return parsed(column, ['%Y%m%d'])
    case 'iso': {
      // DuckDB wants seconds.
      const whole = `regexp_replace(${column}, '^(.{10}[T ]\\d\\d:\\d\\d)(Z|[+-].*)?$', '\\1:00\\2')`
      return `epoch_us(try_cast(${whole} AS TIMESTAMPTZ)) / 1e6`
    }
    case 'dmy':
      return parsed(column, separated(['%d', '%m']))
    case 'mdy':
      return parsed(column, separated(['%m', '%d']))
    case 'words': {
      const utc = `regexp_replace(${column}, ' (GMT|UTC|Z)$', ' +0000')`
      return `coalesce(${parsed(utc, withZone)}, ${parsed(column, inWords)})`
    }
  }
}

/** First second that a time is expected at, and the first after the last. */
export function plausibleSpan(now = new Date()): [from: number, to: number] {
  return [Date.UTC(1990, 0) / 1000, Date.UTC(now.getUTCFullYear() + 2, 0) / 1000]
}
