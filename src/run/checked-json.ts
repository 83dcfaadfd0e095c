import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { z } from 'zod'
import { DataError, quote } from '../util/errors.js'

const repeat =
  'repeat the command that made it: finished trainings are kept, and only what is damaged is made again'

/** A document with its SHA-256 as the last field. */
export function withChecksum<T extends object>(document: T): T & { sha256: string } {
  return { ...document, sha256: sha256(document) }
}

/**
 * Reads a document that `withChecksum` made. What JSON has as null was NaN or infinite, and is read
 * as NaN.
 * @param again - what is to be done with a damaged file, for the message
 * @throws DataError naming the file, and the field that is not as it should be
 */
export function readChecked<T extends object>(
  file: string,
  schema: z.ZodType<T>,
  again = repeat,
): T {
  const { sha256: expected, ...document } = readObject(file, again)
  const { success, error } = schema.safeParse(document)
  if (!success) {
    const [{ path, message }] = error.issues
    const value = path.reduce<unknown>(
      (at, key) => (at as Record<PropertyKey, unknown>)?.[key],
      document,
    )
    throw new DataError(
      `field ${path.join('.') || 'of the document'} = ${quote(value)}: ${message}; ${again}`,
      { file },
    )
  }
  if (expected === undefined)
    throw new DataError(`has no checksum, so an older version wrote it; ${again}`, { file })
  if (expected !== sha256(document))
    throw new DataError(`its checksum does not match, so it was changed or damaged; ${again}`, {
      file,
    })
  // Not what the schema gives: that has its own order of fields.
  return document as T
}

function readObject(file: string, again: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(file, 'utf8'), (_, one: unknown) => one ?? NaN)
  } catch (error) {
    throw new DataError(`not a readable JSON file: ${(error as Error).message}; ${again}`, { file })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new DataError(`expected a JSON object, got ${quote(value)}; ${again}`, { file })
  return value as Record<string, unknown>
}

function sha256(document: object): string {
  return createHash('sha256').update(JSON.stringify(document)).digest('hex')
}
