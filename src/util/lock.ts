import { randomUUID } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { hasEnded, type Owner, thisProcess } from './owner.js'

/**
 * A holder that has shown no life for this long has lost its lock, milliseconds: the process of
 * another host, or a thread that ended without its process. That of a process of this host which
 * has ended is lost at once.
 */
const longestSilence = 60_000

/** Content of a lock file. Its modification time is when its holder last showed life. */
interface Holder extends Owner {
  /** Tells the locks of one process apart. */
  token: string
}

/**
 * Takes the lock that a file stands for, for one holder among all processes and threads. A file is
 * created as a whole or not at all by whichever asks first, on every system.
 * @returns gives the lock back; undefined where somebody who is alive holds it
 */
export function takeLock(file: string): (() => void) | undefined {
  const token = randomUUID()
  if (!create(file, { ...thisProcess, token })) return removeLost(file) ? takeLock(file) : undefined
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
  try {
    writeFileSync(file, JSON.stringify(holder), { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Removes the lock of a holder that has lost it. @returns whether it may be free now */
function removeLost(file: string): boolean {
  const held = holderOf(file)
  if (held === undefined) return true
  if (!hasEnded(held) && held.silence <= longestSilence) return false
  // Of several who see this, one alone may remove it: the others might remove the lock of the next.
  const release = takeLock(`${file}.${held.token}`)
  if (!release) return false
  remove(file, held.token)
  release()
  return true
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
    return { ...(JSON.parse(text) as Holder), silence }
  } catch {
    // Just created and not yet written, or its holder ended in between.
    return { host: '', pid: 0, started: '', token: '', silence }
  }
}
