import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Executor, RunEvents } from '../experiment/run.js'
import type { EngineName } from '../two-tower/engines/index.js'
import { ExecutionError, InterruptedError, UnderstudyError } from '../util/errors.js'
import { share } from '../util/shared.js'
import type { WorkerMessage } from './worker.js'

/** One seed a worker thread at a time; the data set lies in memory that they share. */
export function threadExecutor(engine: EngineName, workers = availableParallelism()): Executor {
  return {
    name: `${workers} worker threads`,
    async run(materials, preset, seeds, events) {
      const waiting = [...seeds]
      const workerData = { materials: share(materials), preset, engine, folders: events.folders }
      const threads = Array.from({ length: Math.min(workers, seeds.length) }, () => new Worker(new URL('./worker.js', import.meta.url), { workerData }))
      try {
        await Promise.all(threads.map((thread) => drain(thread, waiting, events)))
      } finally {
        await Promise.all(threads.map((thread) => thread.terminate()))
      }
    },
  }
}

/** Gives the thread one waiting seed after the other until none is left. */
function drain(thread: Worker, waiting: number[], { onStep, onTrial, signal }: RunEvents): Promise<void> {
  return new Promise((resolve, reject) => {
    const next = () => {
      const seed = waiting.shift()
      if (seed === undefined) resolve()
      else thread.postMessage(seed)
    }
    const stop = () => reject(new InterruptedError('stopped; finished seeds are kept, the same command goes on from them'))
    if (signal?.aborted) return stop()
    signal?.addEventListener('abort', stop, { once: true })
    thread.on('error', reject)
    thread.on('exit', (code) => reject(new ExecutionError(`a worker thread ended early with status ${code}`)))
    thread.on('message', (message: WorkerMessage) => {
      if (message.kind === 'step') onStep()
      else if (message.kind === 'trial') {
        onTrial(message.seed, message.rows)
        next()
      } else reject(revive(message))
    })
    next()
  })
}

/** An error of the family comes back with its message alone; anything else is a bug and keeps its stack. */
function revive({ message, exitCode, stack }: Extract<WorkerMessage, { kind: 'failed' }>): Error {
  if (exitCode === undefined) return Object.assign(new Error(message), { stack })
  return new RemoteError(message, exitCode)
}

class RemoteError extends UnderstudyError {
  constructor(
    message: string,
    override readonly exitCode: number,
  ) {
    super(message)
  }
}
