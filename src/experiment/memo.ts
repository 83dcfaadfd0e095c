import { readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { makeFolder, writeAtomically } from '../util/files.js'
import { sha256 } from '../util/sha256.js'

/** Kinds of finished work: metrics of trainings, learned policies, iterations of those to come. */
export const workKinds = ['trainings', 'policies', 'iterations'] as const

/** A kind of finished work. */
export type WorkKind = (typeof workKinds)[number]

/**
 * Finished work, keyed by its inputs: no preset computes again what another has finished, even
 * after a crash. Values are JSON. Deliberately not in it: answers of chat models, which cost money
 * and have a store of their own.
 */
export interface Memo {
  /**
   * The kept value; where there is none, what `make` gives, which is kept before it is returned.
   * @param kind - of the work
   * @param key - JSON of all that the value depends on
   */
  get<T>(kind: WorkKind, key: object, make: () => T | Promise<T>): Promise<T>
  /** Removes a kept value that nobody will need again, if it is there. */
  forget(kind: WorkKind, key: object): void
}

/** Keeps nothing. */
export const noMemo: Memo = {
  get: async (_kind, _key, make) => make(),
  forget: () => undefined,
}

/** Keeps values as long as it lives. */
export function memoryMemo(): Memo {
  const kept = new Map<string, string>()
  const digestOf = (kind: WorkKind, key: object) => sha256(JSON.stringify([kind, key]))
  return {
    async get<T>(kind: WorkKind, key: object, make: () => T | Promise<T>): Promise<T> {
      const digest = digestOf(kind, key)
      const text = kept.get(digest) ?? JSON.stringify(await make())
      kept.set(digest, text)
      return JSON.parse(text) as T
    },
    forget(kind, key) {
      kept.delete(digestOf(kind, key))
    },
  }
}

/** Looks into memos one after another; what none has is made once, and kept by all. */
export function layeredMemo(memos: readonly Memo[]): Memo {
  return memos.reduceRight<Memo>(
    (further, memo) => ({
      get: (kind, key, make) => memo.get(kind, key, () => further.get(kind, key, make)),
      forget(kind, key) {
        memo.forget(kind, key)
        further.forget(kind, key)
      },
    }),
    noMemo,
  )
}

/** A place of texts under keys, which processes of several machines share. */
export interface SharedTexts {
  read(key: string): Promise<string | null>
  write(key: string, text: string): Promise<void>
}

/** Keeps values as texts elsewhere, with checksums; what is damaged is made again. */
export function sharedMemo(texts: SharedTexts): Memo {
  return {
    async get<T>(kind: WorkKind, key: object, make: () => T | Promise<T>): Promise<T> {
      const digest = sha256(JSON.stringify([kind, key]))
      const kept = (await texts.read(digest)) ?? ''
      const known = kept.slice(65)
      if (kept.slice(0, 64) === sha256(digest + known)) return JSON.parse(known) as T
      const text = JSON.stringify(await make())
      await texts.write(digest, `${sha256(digest + text)} ${text}`)
      return JSON.parse(text) as T
    },
    // They go with the run.
    forget: () => undefined,
  }
}

/**
 * Keeps values in files, one a value, under a folder. Each is written atomically, with a checksum;
 * a file whose checksum does not fit is computed again.
 */
export function fileMemo(folder: string): Memo {
  const place = (kind: WorkKind, key: object) => {
    const digest = sha256(JSON.stringify(key))
    return { digest, file: join(folder, kind, digest.slice(0, 2), `${digest.slice(2, 34)}.json`) }
  }
  return {
    async get<T>(kind: WorkKind, key: object, make: () => T | Promise<T>): Promise<T> {
      const { digest, file } = place(kind, key)
      const kept = read(file, digest)
      if (kept !== undefined) return kept as T
      const text = JSON.stringify(await make())
      makeFolder(dirname(file))
      writeAtomically(file, `${digest} ${sha256(text)}\n${text}\n`)
      return JSON.parse(text) as T
    },
    // Its folder stays: another process may be about to write into it.
    forget: (kind, key) => rmSync(place(kind, key).file, { force: true }),
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
