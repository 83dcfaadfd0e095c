import { randomUUID } from 'node:crypto'
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { withPath } from './files.js'
import { hasEnded, type Owner, thisProcess } from './owner.js'

/**
 * A holder that has shown no life for this long has lost its lock, milliseconds: the process of
 * another host, or a thread that ended without its process. That of a process of this host which
 * has ended is lost at once.
 */
const longestSilence = 60_000

/** A lock file is empty for no longer than this, unless its process ended in between. */
const longestEmpty = 2_000

/** Content of a lock file. Its modification time is when its holder last showed life. */
export interface Holder extends Owner {
  /** When the lock was taken, milliseconds since 1970. */
  since: number
  /** Tells the locks of one process apart. */
  token: string
}

/**
 * Who loses a lock by silence: a `thread` may end without its process; of a `process`, only one of
 * another host, since one of this host can be seen.
 */
export type HolderKind = 'thread' | 'process'

/**
 * Takes the lock that a file stands for, for one holder among all processes and threads. A file is
 * created as a whole or not at all by whichever asks first, on every system.
 * @returns gives the lock back; undefined where somebody who is alive holds it
 */
export function takeLock(file: string, kind: HolderKind = 'thread'): (() => void) | undefined {
  const token = randomUUID()
  if (!create(file, { ...thisProcess, since: Date.now(), token }))
    return removeLost(file, kind) ? takeLock(file, kind) : undefined
  const showing = setInterval(() => {
    const now = new Date()
    if (holderOf(file)?.token === token) utimesSync(file, now, now)
  }, longestSilence / 4)
  showing.unref()
  return () => {
    clearInterval(showing)
    remove(file, token)
  }
}

/** The holder of a lock, if it is alive, without a write. */
export function liveHolder(file: string, kind: HolderKind): Holder | undefined {
  const held = holderOf(file)
  return held && !isLost(held, kind) ? held : undefined
}

/** Options of `withLock`. */
export interface LockOptions {
  /** Called once, with the number of the process that holds the lock, before the wait for it. */
  onWait?: (pid: number) => void
  /** Ends the wait. */
  signal?: AbortSignal
}

/** Wait between two looks at a lock, milliseconds. */
const pause = 100

/** Does work that no other process or thread does at the same time. */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  { onWait, signal }: LockOptions = {},
): Promise<T> {
  for (let told = false; ;) {
    const release = takeLock(file)
    if (release)
      try {
        return await work()
      } finally {
        release()
      }
    const pid = holderOf(file)?.pid ?? 0
    if (!told && pid > 0) onWait?.(pid)
    told ||= pid > 0
    await setTimeout(pause, undefined, { signal })
  }
}

function create(file: string, holder: Holder): boolean {
  mkdirSync(dirname(file), { recursive: true })
  let opened: number
  try {
    opened = openSync(file, 'wx')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw withPath(file, error)
  }
  try {
    writeFileSync(opened, JSON.stringify(holder))
    return true
  } catch (error) {
    // The disk is full: an empty file would keep the others waiting.
    rmSync(file, { force: true })
    throw withPath(file, error)
  } finally {
    closeSync(opened)
  }
}

/** Removes the lock of a holder that has lost it. @returns whether it may be free now */
function removeLost(file: string, kind: HolderKind): boolean {
  const held = holderOf(file)
  if (held === undefined) return true
  if (!isLost(held, kind)) return false
  // Of several who see this, one alone may remove it: the others might remove the lock of the next.
  const release = takeLock(`${file}.${held.token}`)
  if (!release) return false
  remove(file, held.token)
  release()
  return true
}

function isLost(held: Holder & { silence: number }, kind: HolderKind): boolean {
  if (hasEnded(held)) return true
  if (held.token === '') return held.silence > longestEmpty
  const seen = kind === 'process' && held.host === thisProcess.host
  return !seen && held.silence > longestSilence
}

function remove(file: string, token: string): void {
  if (holderOf(file)?.token === token) rmSync(file, { force: true })
}

/** The holder of a lock, and how long ago it last showed life; undefined where there is none. */
function holderOf(file: string): (Holder & { silence: number }) | undefined {
  let text: string
  let silence: number
  try {
    text = readFileSync(file, 'utf8')
    silence = Math.abs(Date.now() - statSync(file).mtimeMs)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    const holder = JSON.parse(text) as Holder
    if (typeof holder.token === 'string') return { ...holder, silence }
  } catch {
    // Just created and not yet written, or its holder ended in between.
  }
  return { host: '', pid: 0, started: '', since: 0, token: '', silence }
}
