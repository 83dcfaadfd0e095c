import { readFileSync } from 'node:fs'
import type { z } from 'zod'
import { DataError, quote } from '../util/errors.js'
import { sha256 } from '../util/sha256.js'

const repeat =
  'repeat the command that made it: finished trainings are kept, and only what is damaged is made again'

/** A document with its SHA-256 as the last field. */
export function withChecksum<T extends object>(document: T): T & { sha256: string } {
  return { ...document, sha256: sha256(JSON.stringify(document)) }
}

/**
 * Reads a document that `withChecksum` made.
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
  if (expected !== sha256(JSON.stringify(document)))
    throw new DataError(`its checksum does not match, so it was changed or damaged; ${again}`, {
      file,
    })
  // Not what the schema gives: that has its own order of fields.
  return document as T
}

/** Parses JSON in which NaN and infinite numbers were written as null, and are NaN. */
export function parseNumbers(text: string): unknown {
  return JSON.parse(text, (_, one: unknown) => one ?? NaN)
}

function readObject(file: string, again: string): Record<string, unknown> {
  let value: unknown
  try {
    value = parseNumbers(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new DataError(`not a readable JSON file: ${(error as Error).message}; ${again}`, { file })
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new DataError(`expected a JSON object, got ${quote(value)}; ${again}`, { file })
  return value as Record<string, unknown>
}
