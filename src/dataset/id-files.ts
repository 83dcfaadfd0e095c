import { DataError, quote } from '../util/errors.js'
import type { FileLine } from './file-line.js'

/** The index of an id. @throws DataError naming file, line and value of an id that is not known */
export type FindId = (id: unknown, at: FileLine) => number

/**
 * Finds ids in a list of them.
 * @param role - `user` or `item`, for messages
 * @param where - where an id should be, for messages: `in synthetic`, `among the users`
 */
export function idFinder(ids: readonly string[], role: string, where: string): FindId {
  const index = new Map(ids.map((id, k) => [id, k]))
  return (id, at) => {
    const found = index.get(id as string)
    if (found === undefined) throw new DataError(`${role} ${quote(id)} is not ${where}`, at)
    return found
  }
}

/** Ids, one a line, as `readIds` reads them. */
export function idLines(ids: readonly string[]): string {
  return ids.map((id) => `${/[\r\n]|^["\ufeff]|^$/.test(id) ? JSON.stringify(id) : id}\n`).join('')
}

/**
 * The indices of ids, one a line, without repeats. An id that holds a line break, or begins with a
 * quote, is a JSON text. @throws DataError for an id that is unknown
 */
export function readIds(text: string, file: string, find: FindId): Int32Array {
  // A byte-order mark is no part of the first id.
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/)
  const found = lines.flatMap((line, k) =>
    line === '' ? [] : [find(idOfLine(line), { file, line: k + 1 })],
  )
  return Int32Array.from(new Set(found))
}

function idOfLine(line: string): string {
  if (!line.startsWith('"')) return line
  try {
    return String(JSON.parse(line))
  } catch {
    return line
  }
}
