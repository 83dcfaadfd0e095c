import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, open, type RootDatabase } from 'lmdb'
import { DataError, ExecutionError, InputError } from '../util/errors.js'
import { checkFolder } from '../util/files.js'
import { AnswerFile, repairAdvice } from './answer-file.js'
import { type ChatRequest, keyOf } from './chat-request.js'
import {
  answerOf,
  problemOf,
  seal,
  type ServerRecord,
  serverOf,
  type StoredAnswer,
} from './stored-answer.js'

export {
  completionOf,
  readStoredAnswer,
  type ServerRecord,
  storedAnswer,
  type StoredAnswer,
} from './stored-answer.js'

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
      openStores.delete(opened.root)
      await opened.root.close()
    },
  }
}

/** The open files of a store; one that is only read may lack a part. */
export interface Files {
  root: RootDatabase
  answers?: Database<unknown, string>
  servers?: Database<unknown, string>
}

/** Name of a store's file. */
export const dataFile = 'data.mdb'
/** The stores that are open in this thread, and the identities of their files. */
const openStores = new Map<RootDatabase, string>()

/** Opens a store, or makes one. @throws as `openAnswerStore` */
export function openFiles(folder: string, readOnly: boolean): Files {
  const path = join(folder, dataFile)
  if (!readOnly) mkdirSync(folder, { recursive: true })
  const file = existsSync(path) ? new AnswerFile(path) : undefined
  try {
    file?.checkHead()
    const root = openRoot(folder, readOnly)
    try {
      const identity = identityOf(path)
      if (file && ![...openStores.values()].includes(identity)) checkPages(root, file)
      openStores.set(root, identity)
      const [answers, servers] = ['answers', 'servers'].map((name) =>
        opening(folder, () => root.openDB<unknown, string>(name, {})),
      )
      return { root, answers, servers }
    } catch (error) {
      openStores.delete(root)
      void root.close()
      throw error
    }
  } finally {
    file?.close()
  }
}

function openRoot(folder: string, readOnly: boolean): RootDatabase {
  const lock = join(folder, 'lock.mdb')
  // lmdb would end the process.
  if (existsSync(lock) && !statSync(lock).isFile())
    throw new InputError(`the answer store in ${folder} cannot be opened: ${lock} is no file`)
  if (!readOnly) checkRoom(folder)
  // By itself lmdb takes a folder with a dot in its name for a file.
  return opening(folder, () => open({ path: folder, noSubdir: false, readOnly }))
}

function opening<T>(folder: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    const { message } = error as Error
    throw new InputError(`the answer store in ${folder} cannot be opened: ${message}`, {
      cause: error,
    })
  }
}

/** Where the disk is full, lmdb ends the process, or prints a stack. @throws ExecutionError */
function checkRoom(folder: string): void {
  const { bavail, bsize, blocks } = statfsSync(folder)
  // Some file systems do not say how large they are.
  if (blocks === 0 || bavail * bsize > leastRoom) return
  throw new ExecutionError(
    `no answer can be stored in ${folder}: its disk is full; make room, or read by --replay`,
  )
}

/** Bytes that storing some answers may take. */
const leastRoom = 2 ** 20

/** lmdb gives the reason of a failed write as a promise. */
async function reasonOf(error: unknown): Promise<string> {
  const { message, commitError } = error as Error & { commitError?: Promise<never> }
  return commitError ? commitError.catch((reason: Error) => reason.message) : message
}

/** @throws ExecutionError where there is no room for it, or it cannot be written */
export async function putAnswer(
  folder: string,
  { answers }: Files,
  answer: StoredAnswer,
): Promise<void> {
  const key = keyOf(answer.request)
  checkRoom(folder)
  try {
    await answers!.put(key, seal(key, answer))
  } catch (error) {
    throw new ExecutionError(`no answer can be stored in ${folder}: ${await reasonOf(error)}`)
  }
}

/** Its own transaction keeps the pages as they are, whatever others write meanwhile. */
function checkPages(root: RootDatabase, file: AnswerFile): void {
  const transaction = root.useReadTransaction()
  try {
    file.checkPages(problemOf)
  } finally {
    transaction.done()
  }
}

function identityOf(path: string): string {
  const { dev, ino } = statSync(path)
  return `${dev}:${ino}`
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
  return createHash('sha256')
    .update(JSON.stringify([backend, model]))
    .digest('hex')
}

/**
 * Resolves when everything that was put into stores of this thread is on disk. A thread that is
 * ended in the midst of a write takes the process along.
 */
export async function answersWritten(): Promise<void> {
  await Promise.all([...openStores.keys()].map((store) => store.flushed))
}
