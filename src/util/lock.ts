import { randomUUID } from 'node:crypto'
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { isRunning } from './processes.js'

/** Options of `withLock`. */
export interface LockOptions {
  /** Called once, with the number of the process that holds the lock, before the wait for it. */
  onWait?: (pid: number) => void
  /** Ends the wait. */
  signal?: AbortSignal
}

/** Milliseconds between two looks at a lock, and the age at which one without a holder is old. */
const pause = 100
const old = 10_000

/**
 * Does work that no other process does at the same time. The lock is a file that names its holder;
 * that of a process which has ended is taken over.
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  options: LockOptions = {},
): Promise<T> {
  const own = `${process.pid} ${randomUUID()}`
  await acquire(file, own, options)
  try {
    return await work()
  } finally {
    if (contentOf(file) === own) rmSync(file, { force: true })
  }
}

async function acquire(file: string, own: string, { onWait, signal }: LockOptions): Promise<void> {
  for (let told = false; ;) {
    const taken = abandoned(file)
    if (taken) rmSync(file, { force: true })
    if (create(file, own)) {
      // Another process may have found the same lock abandoned, and removed this one in its place.
      if (taken) await setTimeout(pause)
      if (contentOf(file) === own) return
    }
    const pid = Number.parseInt(contentOf(file), 10)
    if (!told && pid > 0) onWait?.(pid)
    told ||= pid > 0
    await setTimeout(pause, undefined, { signal })
  }
}

function create(file: string, own: string): boolean {
  try {
    writeFileSync(file, own, { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Whether a lock is there whose process is not. */
function abandoned(file: string): boolean {
  const pid = Number.parseInt(contentOf(file), 10)
  if (pid > 0) return !isRunning(pid)
  const made = statSync(file, { throwIfNoEntry: false })?.mtimeMs
  return made !== undefined && Date.now() - made > old
}

/** What the lock says; empty where there is none. */
function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
