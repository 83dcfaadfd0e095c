import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DataError, InputError } from '../util/errors.js'
import { checkFolder } from '../util/files.js'
import { repairAdvice } from './answer-file.js'
import { closeFiles, dataFile, type Files, openFiles, putAnswer } from './answer-files.js'
import { type ChatRequest, keyOf } from './chat-request.js'
import { answerOf, seal, type ServerRecord, serverOf, type StoredAnswer } from './stored-answer.js'

export {
  completionOf,
  readStoredAnswer,
  type ServerRecord,
  storedAnswer,
  type StoredAnswer,
} from './stored-answer.js'
import { sha256 } from '../util/sha256.js'

/**
 * A store of chat models' answers, keyed by the SHA-256 of the whole request. An answer that was
 * paid for is never asked for again. Several processes and threads can use a store at once, and a
 * crash loses none of its answers.
 */
export interface AnswerStore {
  /** The answer to a request; undefined where the store has none. @throws DataError if damaged */
  get(request: ChatRequest): StoredAnswer | undefined
  /** Stores an answer, in place of an older one to the same request. Resolves when it is safe. */
  put(answer: StoredAnswer): Promise<void>
  /** All answers, in the order of their keys. @throws DataError at a damaged one */
  all(): Iterable<StoredAnswer>
  /** Number of answers. */
  count(): number
  /** Facts about a model; undefined before its first answer. */
  server(backend: string, model: string): ServerRecord | undefined
  /** Stores facts about a model. */
  noteServer(backend: string, model: string, record: ServerRecord): void
  /** Closes the files. No other method may be called afterwards. */
  close(): Promise<void>
}

/**
 * Opens the answer store in a folder. Where there is none, the first answer makes both.
 * @param options - `readOnly`: nothing is written, and the store must be there. Default false
 * @throws DataError for a damaged store, or a file of another program; InputError where the folder
 * cannot be written to, or with `readOnly` has no store
 * @example
 * const store = openAnswerStore('runs/answers')
 * console.log(store.count())
 * await store.close()
 */
export function openAnswerStore(folder: string, { readOnly = false } = {}): AnswerStore {
  const file = join(folder, dataFile)
  if (existsSync(folder) && !statSync(folder).isDirectory())
    throw new InputError(`${folder} is a file; an answer store is a folder`)
  if (readOnly && !existsSync(file)) throw new InputError(`there is no answer store in ${folder}`)
  if (!readOnly) checkFolder(folder)
  let opened: Files | undefined
  const written = () => (opened ??= openFiles(folder, readOnly))
  /** Another process may have made them by now. */
  const files = () => opened ?? (existsSync(file) ? written() : undefined)
  files()
  return {
    get(request) {
      const key = keyOf(request)
      const answers = files()?.answers
      // What other processes have stored meanwhile counts too.
      answers?.resetReadTxn()
      return answerIn(file, key, () => answers?.get(key))
    },
    put: (answer) => putAnswer(folder, written(), answer),
    *all() {
      const keys = files()?.answers?.getKeys() ?? []
      for (const key of keys) yield answerIn(file, key, () => files()!.answers!.get(key))!
    },
    count: () => files()?.answers?.getCount() ?? 0,
    server(backend, model) {
      const key = serverKey(backend, model)
      return serverOf(key, files()?.servers?.get(key))
    },
    noteServer(backend, model, record) {
      const key = serverKey(backend, model)
      // Without it only an estimate is missing.
      written()
        .servers!.put(key, seal(key, record))
        .catch(() => undefined)
    },
    async close() {
      if (!opened) return
      await closeFiles(opened)
    },
  }
}

/** @throws DataError where the record is damaged */
function answerIn(file: string, key: string, read: () => unknown): StoredAnswer | undefined {
  let record: unknown
  try {
    record = read()
  } catch (error) {
    throw damagedAnswer(file, key, error)
  }
  if (record === undefined) return undefined
  const answer = answerOf(key, record)
  if (!answer) throw damagedAnswer(file, key)
  return answer
}

function damagedAnswer(file: string, key: string, cause?: unknown): DataError {
  const what = `the answer to request ${key.slice(0, 16)} is damaged`
  return new DataError(`${what}; ${repairAdvice}`, { file }, { cause })
}

function serverKey(backend: string, model: string): string {
  return sha256(JSON.stringify([backend, model]))
}
