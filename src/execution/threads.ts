import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Executor, RunEvents } from '../run/executor.js'
import { InputError } from '../util/errors.js'
import { share } from '../util/shared.js'
import { endThreads } from './end-threads.js'
import { interrupted } from './interrupted.js'
import { runSeed } from './run-seed.js'
import type { ThreadData } from './worker.js'

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
      const { folders } = events
      const workerData: ThreadData = { setup: share(setup), preset, engine, imports, folders }
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
async function drain(thread: Worker, waiting: number[], events: RunEvents): Promise<void> {
  // An error that nobody listens to would end the process.
  thread.on('error', () => undefined)
  for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift())
    events.onTrial(seed, await runSeed(thread, seed, events))
}
