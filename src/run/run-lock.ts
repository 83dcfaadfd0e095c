import { join } from 'node:path'
import { InputError } from '../util/errors.js'
import { type Holder, liveHolder, takeLock } from '../util/lock.js'

/** Name of the lock in a run's folder. */
export const lockName = 'run.lock'

const lockOf = (folder: string) => join(folder, lockName)

/**
 * Takes a run's folder for this process; the folder is made if it is not there.
 * @returns gives it back
 * @throws InputError naming the process that has it
 */
export function lockRun(folder: string): () => void {
  const release = takeLock(lockOf(folder), 'process')
  if (release) return release
  throw new InputError(
    `${folder} is in use by ${holderText(runHolder(folder))}; ` +
      'wait until that has ended, or name another folder',
  )
}

/** The process that writes in a run's folder, if there is one. */
export function runHolder(folder: string): Holder | undefined {
  return liveHolder(lockOf(folder), 'process')
}

/** "process 4711 on host box, since 2026-01-31 14:05:09 UTC" */
export function holderText(holder: Holder | undefined): string {
  if (!holder || holder.token === '') return 'another process, which has just begun'
  const since = new Date(holder.since).toISOString().replace('T', ' ').slice(0, 19)
  return `process ${holder.pid} on host ${holder.host}, since ${since} UTC`
}
