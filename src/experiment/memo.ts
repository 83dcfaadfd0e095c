import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { writeAtomically } from '../util/files.js'

/**
 * Finished work by what made it: the same key is never computed twice, by no preset and after no crash. Values are JSON.
 * Deliberately not in it: answers of chat models, which cost money and have a store of their own.
 */
export interface Memo {
  /** The kept value, or what `make` gives, kept before it is returned. */
  get<T>(kind: string, key: object, make: () => T | Promise<T>): Promise<T>
}

/** Keeps nothing. */
export const noMemo: Memo = { get: async (_kind, _key, make) => make() }

/** One file a value under `folder`, written atomically, with a checksum; a file that does not fit is made anew. */
export function fileMemo(folder: string): Memo {
  return {
    async get<T>(kind: string, key: object, make: () => T | Promise<T>): Promise<T> {
      const digest = sha256(JSON.stringify(key))
      const file = join(folder, kind, digest.slice(0, 2), `${digest.slice(2, 34)}.json`)
      const kept = read(file, digest)
      if (kept !== undefined) return kept as T
      const text = JSON.stringify(await make())
      mkdirSync(dirname(file), { recursive: true })
      writeAtomically(file, `${digest} ${sha256(text)}\n${text}\n`)
      return JSON.parse(text) as T
    },
  }
}

function read(file: string, digest: string): unknown {
  let content: string
  try {
    content = readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
  const end = content.indexOf('\n')
  const text = content.slice(end + 1, -1)
  return content.slice(0, end) === `${digest} ${sha256(text)}` ? JSON.parse(text) : undefined
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
