import { DataError, quote } from '../../util/errors.js'
import type { FileLine } from '../file-line.js'
import { missingColumn } from './fields.js'
import type { ReadContext } from './source.js'

/** One line's object. */
export type JsonRecord = Record<string, unknown>

/**
 * Calls `onRecord` with the object in each line of a JSON lines file.
 * @throws DataError for a line that is no JSON object
 */
export function eachRecord(
  ctx: ReadContext,
  file: string,
  onRecord: (record: JsonRecord, at: FileLine) => void,
): Promise<void> {
  return ctx.lines(file, (line, at) => onRecord(parseRecord(line, at), at))
}

function parseRecord(line: string, at: FileLine): JsonRecord {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch (error) {
    throw new DataError(`the line is not JSON: ${quote(line)}; each line is one object`, at, {
      cause: error,
    })
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as JsonRecord
  throw new DataError(`the line is not a JSON object: ${quote(line)}`, at)
}

/** The field `name`. @throws DataError that lists the fields there are */
export function required(record: JsonRecord, name: string, at: FileLine): unknown {
  if (Object.hasOwn(record, name)) return record[name]
  throw missingColumn(name, Object.keys(record), at)
}

/** The field `name`; undefined when it is absent or null. */
export function optional(record: JsonRecord, name: string): unknown {
  return Object.hasOwn(record, name) ? (record[name] ?? undefined) : undefined
}
