import type { Worker } from 'node:worker_threads'
import type { TrialRow } from '../experiment/row.js'
import type { RunEvents } from '../run/executor.js'
import { ExecutionError } from '../util/errors.js'
import { errorOf } from './error-record.js'
import { interrupted } from './interrupted.js'
import type { WorkerMessage } from './worker.js'

/** What is told of a seed under way, and its signal. */
export type SeedEvents = Pick<RunEvents, 'onStep' | 'onIteration' | 'signal'>

/**
 * Has a worker thread run one seed. One that failed, or whose signal has fired, is to be ended.
 * @throws ExecutionError where the thread ends before; InterruptedError when the signal fires
 */
export function runSeed(
  thread: Worker,
  seed: number,
  { onStep, onIteration, signal }: SeedEvents,
): Promise<TrialRow[]> {
  return new Promise<TrialRow[]>((resolve, reject) => {
    const onAbort = () => settle(() => reject(interrupted()))
    const onExit = (code: number) =>
      settle(() => reject(new ExecutionError(`a worker thread ended early with status ${code}`)))
    const onError = (error: Error) => settle(() => reject(error))
    const onMessage = (message: WorkerMessage) => {
      if (message.kind === 'trial') settle(() => resolve(message.rows))
      else if (message.kind === 'failed') settle(() => reject(errorOf(message.error)))
      else
        try {
          if (message.kind === 'step') onStep(message.taken)
          else onIteration?.(message.seed, message.progress)
        } catch (error) {
          settle(() => reject(error as Error))
        }
    }
    const settle = (end: () => void) => {
      signal?.removeEventListener('abort', onAbort)
      thread.off('exit', onExit).off('error', onError).off('message', onMessage)
      end()
    }
    if (signal?.aborted) return reject(interrupted())
    signal?.addEventListener('abort', onAbort)
    thread.on('exit', onExit).on('error', onError).on('message', onMessage)
    thread.postMessage(seed)
  })
}
