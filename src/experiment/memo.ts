import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { writeAtomically } from '../util/files.js'

/**
 * Finished work, keyed by its inputs: no preset computes again what another has finished, even
 * after a crash. Values are JSON. Deliberately not in it: answers of chat models, which cost money
 * and have a store of their own.
 */
export interface Memo {
  /**
   * The kept value; where there is none, what `make` gives, which is kept before it is returned.
   * @param kind - of the work, e.g. `trainings`
   * @param key - JSON of all that the value depends on
   */
  get<T>(kind: string, key: object, make: () => T | Promise<T>): Promise<T>
}

/** Keeps nothing. */
export const noMemo: Memo = { get: async (_kind, _key, make) => make() }

/** Keeps values as long as it lives. */
export function memoryMemo(): Memo {
  const kept = new Map<string, string>()
  return {
    async get<T>(kind: string, key: object, make: () => T | Promise<T>): Promise<T> {
      const digest = sha256(JSON.stringify([kind, key]))
      const text = kept.get(digest) ?? JSON.stringify(await make())
      kept.set(digest, text)
      return JSON.parse(text) as T
    },
  }
}

/**
 * Keeps values in files, one a value, under a folder. Each is written atomically, with a checksum;
 * a file whose checksum does not fit is computed again.
 */
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
