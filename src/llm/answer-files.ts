import { existsSync, mkdirSync, statfsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, open, type RootDatabase } from 'lmdb'
import { ExecutionError, InputError } from '../util/errors.js'
import { AnswerFile } from './answer-file.js'
import { keyOf } from './chat-request.js'
import { problemOf, seal, type StoredAnswer } from './stored-answer.js'

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
    throw new InputError(`the answer store in ${folder} cannot be opened: ${lock} is not a file`)
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
    `no answer can be stored in ${folder}: its disk is full; make room, or use --replay, which writes nothing`,
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

/** Closes the files of a store. */
export async function closeFiles({ root }: Files): Promise<void> {
  openStores.delete(root)
  await root.close()
}

/**
 * Resolves when everything that was put into stores of this thread is on disk. A thread that is
 * ended in the midst of a write takes the process along.
 */
export async function answersWritten(): Promise<void> {
  await Promise.all([...openStores.keys()].map((store) => store.flushed))
}
