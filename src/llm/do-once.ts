import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { InterruptedError } from '../util/errors.js'
import { takeLock } from '../util/lock.js'

/** Folder of what those share that ask through the answer store in this folder. */
export const askingFolder = (answers: string) => join(answers, 'asking')

/** Wait between two looks at what another asker does, milliseconds. */
const waits = { first: 4, longest: 250 }

/**
 * Does each piece of work that is not done, unless another process or thread is at it: then waits
 * until that one has done it, or is gone.
 * @param folder - of the locks
 * @param keys - one for each piece; names of files
 * @param isDone - whether a piece is done, by whomever
 * @param work - does some pieces
 * @throws InterruptedError when the signal fires during a wait; whatever `work` throws
 */
export async function doOnce(
  folder: string,
  keys: readonly string[],
  isDone: (k: number) => boolean,
  work: (some: number[]) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  let left = [...keys.keys()].filter((k) => !isDone(k))
  for (let wait = waits.first; left.length > 0; wait = Math.min(2 * wait, waits.longest)) {
    const own = left.flatMap((k) => {
      const release = takeLock(join(folder, keys[k]))
      return release ? [{ k, release }] : []
    })
    try {
      // Another asker may have done it between the last look and the lock.
      const open = own.map(({ k }) => k).filter((k) => !isDone(k))
      if (open.length > 0) await work(open)
    } finally {
      for (const { release } of own) release()
    }
    left = left.filter((k) => !isDone(k))
    if (left.length > 0) await pause(wait, signal)
  }
}

/** @throws InterruptedError when the signal fires */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  try {
    await delay(milliseconds, undefined, { signal })
  } catch (error) {
    throw new InterruptedError('stopped: stored answers are kept', { cause: error })
  }
}
