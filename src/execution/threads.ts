import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Executor, RunEvents } from '../run/executor.js'
import { ExecutionError, InputError } from '../util/errors.js'
import { share } from '../util/shared.js'
import { endThreads } from './end-threads.js'
import { errorOf } from './error-record.js'
import { interrupted } from './interrupted.js'
import type { WorkerMessage } from './worker.js'

/** Number of threads, and the modules that each imports first. */
export interface ThreadOptions {
  /** Default: one a core. */
  workers?: number
  imports?: string[]
}

/**
 * One seed a worker thread at a time; the data set lies in memory that they share.
 *
 * @throws InputError when there is no worker
 */
export function threadExecutor(engine: string, options: ThreadOptions = {}): Executor {
  const { workers = availableParallelism(), imports = [] } = options
  if (!(workers >= 1)) throw new InputError(`workers = ${workers}; at least 1 is needed`)
  return {
    name: `${workers} worker threads`,
    atOnce: workers,
    async run(setup, preset, seeds, events) {
      if (events.signal?.aborted) throw interrupted()
      const waiting = [...seeds]
      const workerData = { setup: share(setup), preset, engine, imports, folders: events.folders }
      const threads = Array.from(
        { length: Math.min(workers, seeds.length) },
        () => new Worker(new URL('./worker.js', import.meta.url), { workerData }),
      )
      try {
        await Promise.all(threads.map((thread) => drain(thread, waiting, events)))
      } finally {
        await endThreads(threads)
      }
    },
  }
}

/** Gives the thread one waiting seed after the other until none is left. */
function drain(
  thread: Worker,
  waiting: number[],
  { onStep, onTrial, signal }: RunEvents,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = () => {
      const seed = waiting.shift()
      if (seed === undefined) resolve()
      else thread.postMessage(seed)
    }
    signal?.addEventListener('abort', () => reject(interrupted()), { once: true })
    thread.on('error', reject)
    thread.on('exit', (code) =>
      reject(new ExecutionError(`a worker thread ended early with status ${code}`)),
    )
    thread.on('message', (message: WorkerMessage) => {
      try {
        if (message.kind === 'failed') throw errorOf(message.error)
        if (message.kind === 'step') return onStep(message.taken)
        onTrial(message.seed, message.rows)
        next()
      } catch (error) {
        reject(error as Error)
      }
    })
    next()
  })
}
