import { availableParallelism, hostname } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import type { Job } from 'bullmq'
import type { TrialRow } from '../../experiment/row.js'
import { InterruptedError } from '../../util/errors.js'
import { importAll } from '../imports.js'
import type { SentText } from './artefacts.js'
import type { CrewOptions } from './crew.js'
import { Crews } from './crews.js'
import { errorText, isFinal } from './job-error.js'
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
import { sendRows } from './result.js'
import { countStep, type StepCounts } from './steps.js'

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

/** Time between two reports of a seed's steps, and two looks at whether it is to stop, ms. */
const look = 500

/**
 * Starts a worker in this process.
 * @throws ConfigError for a module that cannot be imported; InputError or ExecutionError where the
 * Redis cannot be used
 */
export async function startWorker(options: QueueWorkerOptions): Promise<QueueWorker> {
  await importAll(options.imports)
  const bullmq = await loadBullmq()
  const link = await openLink(trialsQueue, options)
  const crews = new Crews(link, options)
  const { concurrency = availableParallelism(), maxStalledCount } = options
  const counts = { done: 0, failed: 0, running: 0 }
  let stopping = false
  const work = async (job: Job, token?: string, signal?: AbortSignal): Promise<SentText> => {
    counts.running++
    try {
      const trial = readTrialJob(job.data)
      const rows = await runTrialJob(trial, job, link, crews, signal)
      return await sendRows(link.redis, trial.run, rows)
    } catch (error) {
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
    name: `${hostname()}-${process.pid}`,
    concurrency,
  })
  worker.on('completed', () => counts.done++)
  worker.on('failed', () => counts.failed++)
  worker.on('error', (error) => link.watch.refused(error))
  // Somebody else has its jobs by now.
  worker.on('lockRenewalFailed', (ids) => ids.forEach((id) => worker.cancelJob(id)))
  await worker.waitUntilReady()
  return {
    async health() {
      const waiting = await link.queue.getJobCountByTypes('waiting', 'delayed', 'prioritized')
      return { ...counts, waiting, memory: Math.round(process.memoryUsage.rss() / 1e6) }
    },
    async stop(seconds) {
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
  const steps: StepCounts = {}
  let reported = '{}'
  const report = async () => {
    const now = JSON.stringify(steps)
    if (now === reported) return
    reported = now
    await job.updateProgress(steps)
  }
  const lookAndReport = async () => {
    if ((await redis.exists(cancelKey(trial.run))) > 0) stop.abort()
    await report()
  }
  const timer = setInterval(() => void lookAndReport().catch((e) => watch.refused(e)), look)
  try {
    const rows = await crews.run(trial, {
      onStep: (taken) => countStep(steps, taken),
      signal: stop.signal,
    })
    await report()
    return rows
  } finally {
    clearInterval(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}
