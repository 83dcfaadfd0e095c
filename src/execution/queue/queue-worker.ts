import { availableParallelism, hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import type { Job, Worker } from 'bullmq'
import type { TrialRow } from '../../experiment/row.js'
import { ExecutionError, InterruptedError } from '../../util/errors.js'
import { importAll } from '../imports.js'
import type { SentText } from './artefacts.js'
import type { CrewOptions } from './crew.js'
import { Crews } from './crews.js'
import { errorText, isFinal, RefusedError } from './job-error.js'
import { readTrialJob, type TrialJob } from './job.js'
import {
  cancelKey,
  type Link,
  type LinkOptions,
  openLink,
  removeIfEmpty,
  trialsQueue,
  workerOptions,
} from './link.js'
import { loadBullmq } from './redis.js'
import { RefusedJobs } from './refuse-jobs.js'
import { sendRows } from './result.js'
import { countStep, type SeedProgress } from './steps.js'

/** Options of a worker of a queue. */
export interface QueueWorkerOptions extends LinkOptions, CrewOptions {
  /** Seeds at the same time. Default: one a core. */
  concurrency?: number
  /** Times that a job may lose its worker. Default: as `workerOptions` has it. */
  maxStalledCount?: number
}

/** What a worker has done and does. */
export interface WorkerHealth {
  done: number
  failed: number
  /** Jobs that went back to the queue, as this worker cannot do them. */
  refused: number
  running: number
  waiting: number
  /** Resident, MB. */
  memory: number
}

/** A worker of a queue, which takes jobs until it is stopped. */
export interface QueueWorker {
  health(): Promise<WorkerHealth>
  /** Takes no more jobs, and gives those under way back to the queue after so many seconds. */
  stop(seconds: number): Promise<void>
}

/** Time between two looks at whether a Redis answers at last, milliseconds. */
const startLook = 2000
/** Time between two reports of a seed's steps, and two looks at whether it is to stop, ms. */
const look = 500

/**
 * Starts a worker in this process; where its Redis does not answer yet, it waits for that.
 * @throws ConfigError for a module that cannot be imported; InputError where the Redis refuses it
 */
export async function startWorker(options: QueueWorkerOptions): Promise<QueueWorker> {
  await importAll(options.imports)
  const bullmq = await loadBullmq()
  const link = await openWhenThere(options)
  const crews = new Crews(link, options)
  const { concurrency = availableParallelism(), maxStalledCount } = options
  const counts = { done: 0, failed: 0, running: 0 }
  const refused = new RefusedJobs(options.onNotice)
  let stopping = false
  const work = async (job: Job, token?: string, signal?: AbortSignal): Promise<SentText> => {
    counts.running++
    try {
      const trial = readTrialJob(job.data)
      const rows = await runTrialJob(trial, job, link, crews, signal)
      return await untilTaken(link, () => sendRows(link.redis, trial.run, rows), signal)
    } catch (error) {
      if (error instanceof RefusedError) {
        await refused.giveBack(job, error.message, worker, token)
        throw new bullmq.WaitingError()
      }
      if (stopping && error instanceof InterruptedError) {
        await job.moveToWait(token)
        throw new bullmq.WaitingError()
      }
      const Kind = isFinal(error) ? bullmq.UnrecoverableError : Error
      throw new Kind(errorText(error))
    } finally {
      counts.running--
    }
  }
  const worker = new bullmq.Worker(trialsQueue, work, {
    ...workerOptions(options.url),
    ...(maxStalledCount === undefined ? {} : { maxStalledCount }),
    // The coordinator reads from it how many seeds are done at once.
    name: `${hostname()}-${process.pid}-${concurrency}`,
    concurrency,
  })
  listenTo(worker, link, counts)
  await worker.waitUntilReady()
  return {
    async health() {
      const waiting = await link.queue.getJobCountByTypes('waiting', 'delayed', 'prioritized')
      const memory = Math.round(process.memoryUsage.rss() / 1e6)
      return { ...counts, refused: refused.count, waiting, memory }
    },
    async stop(seconds) {
      refused.stop()
      await worker.pause(true)
      for (let k = 0; k < 10 * seconds && counts.running > 0; k++) await delay(100)
      stopping = true
      worker.cancelAllJobs()
      await worker.close()
      await crews.end()
      await removeIfEmpty(link.queue)
      await link.close()
    },
  }
}

function listenTo(worker: Worker, { watch }: Link, counts: { done: number; failed: number }): void {
  worker.on('completed', () => counts.done++)
  worker.on('failed', () => counts.failed++)
  worker.on('error', (error) => watch.refused(error))
  // Somebody else has its jobs by now.
  worker.on('lockRenewalFailed', (ids) => ids.forEach((id) => worker.cancelJob(id)))
}

/** Opens the queue of trials as soon as its Redis answers. */
async function openWhenThere(options: LinkOptions): Promise<Link> {
  for (let said = false; ; said = true)
    try {
      return await openLink(trialsQueue, options)
    } catch (error) {
      if (!(error instanceof ExecutionError)) throw error
      if (!said) options.onNotice?.(`${error.message}; waiting for it`)
      await delay(startLook)
    }
}

/** Runs the seed of a job, reports its steps, and looks at whether its run was stopped. */
async function runTrialJob(
  trial: TrialJob,
  job: Job,
  { redis, watch }: Link,
  crews: Crews,
  signal?: AbortSignal,
): Promise<TrialRow[]> {
  const stop = new AbortController()
  const onAbort = () => stop.abort()
  signal?.addEventListener('abort', onAbort)
  const progress: SeedProgress = { steps: {} }
  let reported = JSON.stringify(progress)
  const report = async () => {
    const now = JSON.stringify(progress)
    if (now === reported) return
    reported = now
    await job.updateProgress(progress)
  }
  const lookAndReport = async () => {
    if ((await redis.exists(cancelKey(trial.run))) > 0) stop.abort()
    await report()
  }
  const refused = (error: unknown) => watch.refused(error)
  const timer = setInterval(() => void lookAndReport().catch(refused), look)
  try {
    const rows = await crews.run(trial, {
      onStep: (taken) => countStep(progress.steps, taken),
      onIteration: (_, learning) => (progress.learning = learning),
      signal: stop.signal,
    })
    await report().catch(refused)
    return rows
  } finally {
    clearInterval(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

/** Sends again while a Redis that is full or cannot be written to refuses what is finished. */
async function untilTaken<T>(
  { watch }: Link,
  send: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  for (;;)
    try {
      return await send()
    } catch (error) {
      if ((error as Error).name !== 'ReplyError' || signal?.aborted) throw error
      watch.refused(error)
      await delay(look)
    }
}
