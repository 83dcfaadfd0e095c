import { setTimeout as delay } from 'node:timers/promises'
import type { Job } from 'bullmq'
import type { TrialRow } from '../../experiment/row.js'
import type { RunEvents } from '../../run/executor.js'
import { GaveUpError, InterruptedError, ProviderError } from '../../util/errors.js'
import { interrupted } from '../interrupted.js'
import { removeText, sentText } from './artefacts.js'
import { errorIn } from './job-error.js'
import { jobId, type TrialJob } from './job.js'
import { cancelKey, type Link, removeJobs } from './link.js'
import { receiveRows } from './result.js'
import { newSteps, refusal, seedProgress, type StepCounts } from './steps.js'

const fortnight = 14 * 24 * 3600

/** BullMQ tries again what may pass, and keeps what has ended until it is fetched. */
const jobOptions = {
  attempts: 3,
  backoff: { type: 'exponential', delay: 1000 },
  removeOnComplete: { age: fortnight },
  removeOnFail: { age: fortnight },
  stackTraceLimit: 0,
}

/** Longest wait for workers to stop their seeds, milliseconds. */
const longestStop = 30_000
/** Time that workers are told of a stop, seconds. */
const stopTold = 3600
/** Lost results of a seed after which it is given up. */
const mostLost = 3

/** What became of a seed. */
type Outcome = { rows: TrialRow[]; ended: Job } | { error: Error }

/**
 * Adds the jobs, and hands over the rows of each. A seed that fails does not keep others from their
 * end; its error is thrown then.
 * @param onNotice - told of workers that refuse the run
 */
export async function collect(
  link: Link,
  jobs: TrialJob[],
  events: RunEvents,
  onNotice: (line: string) => void = () => undefined,
): Promise<void> {
  const stop = new AbortController()
  stop.signal.addEventListener('abort', () => link.jobs.stop(stop.signal.reason))
  const onAbort = () => stop.abort(interrupted())
  events.signal?.addEventListener('abort', onAbort)
  const tell = stepsTeller(link, jobs, events, onNotice)
  const failures: Error[] = []
  const one = async (job: TrialJob) => {
    const outcome = await outcomeOf(link, job)
    if ('error' in outcome) {
      failures.push(outcome.error)
      if (isEndOfAnswers(outcome.error)) throw outcome.error
    } else if (!stop.signal.aborted) {
      tell(jobId(job), outcome.ended.progress)
      events.onTrial(job.seed, outcome.rows)
      await remove(link, outcome.ended)
    }
  }
  try {
    await removeFailed(link, jobs)
    await Promise.all(jobs.map((job) => one(job).catch((error: unknown) => stop.abort(error))))
    if (stop.signal.aborted) await cancel(link, jobs)
  } finally {
    events.signal?.removeEventListener('abort', onAbort)
    link.events.removeAllListeners('progress')
  }
  stop.signal.throwIfAborted()
  if (failures.length > 0) throw failures[0]
}

/** Whether a chat model answers no more, so that no other seed would come to its end. */
function isEndOfAnswers(error: Error): boolean {
  return error instanceof ProviderError && !(error instanceof GaveUpError)
}

async function outcomeOf(link: Link, job: TrialJob): Promise<Outcome> {
  const { queue, redis } = link
  const id = jobId(job)
  const add = () => queue.add(job.preset, job, { ...jobOptions, jobId: id })
  for (let lost = 0; ;) {
    const { job: ended, failed } = await link.jobs.finished(id, add)
    const error = failed ? errorIn(ended.failedReason, job.seed) : undefined
    // Stopped by an earlier coordinator of this run.
    const again = error instanceof InterruptedError
    if (error && !again) {
      await remove(link, ended)
      return { error }
    }
    if (!again)
      try {
        return { rows: await receiveRows(redis, job, ended.returnvalue), ended }
      } catch (error) {
        if (++lost === mostLost) throw error
      }
    await remove(link, ended)
  }
}

/** Tells the steps of seeds, as the progress of their jobs has them. */
function stepsTeller(
  { events: queued }: Link,
  jobs: TrialJob[],
  events: RunEvents,
  onNotice: (line: string) => void,
) {
  const refusals = new Set<string>()
  const sayRefusal = (progress: unknown) => {
    const { data } = refusal.safeParse(progress)
    if (!data) return
    const line = `worker ${data.worker} refuses this run: ${data.refuses}`
    if (!refusals.has(line)) onNotice(`${line}; its seeds wait for other workers`)
    refusals.add(line)
  }
  const told = new Map<string, StepCounts>(jobs.map((job) => [jobId(job), {}]))
  const seeds = new Map(jobs.map((job) => [jobId(job), job.seed]))
  const tell = (id: string, progress: unknown) => {
    const before = told.get(id)
    const seed = seeds.get(id)
    if (!before || seed === undefined) return
    const { data } = seedProgress.safeParse(progress)
    if (!data) return sayRefusal(progress)
    const { steps: now, learning } = data
    for (const taken of newSteps(before, now)) events.onStep({ ...taken, task: seed })
    if (learning) events.onIteration?.(seed, learning)
    // A seed that began again has fewer steps.
    for (const [kind, counts] of Object.entries(now))
      if (counts[0] > (before[kind]?.[0] ?? 0)) before[kind] = counts
  }
  queued.on('progress', ({ jobId, data }) => tell(jobId, data))
  return tell
}

/** Removes an ended job and its result. If the Redis refuses, they go by their age. */
async function remove({ redis, watch }: Link, ended: Job): Promise<void> {
  try {
    const sent = sentText.safeParse(ended.returnvalue).data
    if (sent) await removeText(redis, sent)
    await ended.remove()
  } catch (error) {
    watch.refused(error)
  }
}

/** Removes jobs that failed for an earlier coordinator of this run, so that they are done again. */
async function removeFailed({ queue }: Link, jobs: TrialJob[]): Promise<void> {
  const own = new Set(jobs.map(jobId))
  const failed = await queue.getRanges(['failed'], 0, -1)
  await removeJobs(
    queue,
    failed.filter((id) => own.has(id)),
  )
}

/** Removes the jobs; workers end those that they are at. */
async function cancel({ queue, redis }: Link, jobs: TrialJob[]): Promise<void> {
  await redis.set(cancelKey(jobs[0].run), '', 'EX', stopTold)
  const until = performance.now() + longestStop
  let left = await removeJobs(queue, jobs.map(jobId))
  while (left.length > 0 && performance.now() < until) {
    await delay(200)
    left = await removeJobs(queue, left)
  }
  if (left.length === 0) await redis.del(cancelKey(jobs[0].run))
}
