import type { Queue, QueueEvents } from 'bullmq'
import type { Redis } from 'ioredis'
import { JobWatch } from './job-watch.js'
import { connectionTo, connectRedis, loadBullmq, prefix } from './redis.js'
import { type RedisWatch, watchRedis } from './watch-redis.js'

/** Name of the queue of trials, which all runs share. */
export const trialsQueue = 'trials'

/** Name of the queue of a run's questions to its chat model. */
export const questionsQueue = (run: string) => `questions-${run}`

/** Key that is there while the trials of a run are to stop. */
export const cancelKey = (run: string) => `${prefix}:cancel:${run}`

/** Key of the finished trainings and policies of a run. */
export const memoKey = (run: string) => `${prefix}:memo:${run}`

/** Jobs that are sent to a Redis together. */
const together = 500

/**
 * Options of a BullMQ worker. Whoever dies loses its jobs after the lock's time; a job that was
 * lost so often has taken its workers down.
 */
export const workerOptions = (url: string) => ({
  connection: connectionTo(url),
  prefix,
  lockDuration: 15_000,
  stalledInterval: 5000,
  maxStalledCount: 20,
  runRetryDelay: 1000,
})

/** A queue on a Redis, to add jobs to and wait for them. */
export interface Link {
  redis: Redis
  queue: Queue
  events: QueueEvents
  jobs: JobWatch
  watch: RedisWatch
  close(): Promise<void>
}

/** Where a queue is, and who is told of what a person should know. */
export interface LinkOptions {
  url: string
  onNotice?: (line: string) => void
}

/** Opens a queue. @throws InputError or ExecutionError where its Redis cannot be used */
export async function openLink(
  name: string,
  { url, onNotice }: LinkOptions,
  shared?: { redis: Redis; watch: RedisWatch },
): Promise<Link> {
  const { Queue, QueueEvents } = await loadBullmq()
  const redis = shared?.redis ?? (await connectRedis(url))
  const watch = shared?.watch ?? watchRedis(redis, url, onNotice)
  const queue = new Queue(name, { connection: redis, prefix, skipMetasUpdate: true })
  const events = new QueueEvents(name, { connection: connectionTo(url), prefix })
  // A lost connection is said by the watch, and made again.
  queue.on('error', () => undefined)
  events.on('error', () => undefined)
  await events.waitUntilReady()
  const jobs = new JobWatch(queue, events, (error) => watch.refused(error))
  return {
    ...{ redis, queue, events, jobs, watch },
    async close() {
      jobs.stop(new Error('closed'))
      await events.close()
      await queue.close()
      if (shared) return
      watch.stop()
      redis.disconnect()
    },
  }
}

/** Removes jobs, but for those that are at work, whose ids it gives. */
export async function removeJobs(queue: Queue, ids: readonly string[]): Promise<string[]> {
  const left: string[] = []
  for (let k = 0; k < ids.length; k += together)
    await Promise.all(
      ids.slice(k, k + together).map(async (id) => {
        if ((await queue.remove(id)) === 0) left.push(id)
      }),
    )
  return left
}

/** Ids of the jobs of a run that have ended. */
export async function endedJobs(queue: Queue, run: string): Promise<string[]> {
  const ids = await queue.getRanges(['completed', 'failed'], 0, -1)
  return ids.filter((id) => id.startsWith(`${run}-`))
}

/** Removes what a queue without jobs leaves in its Redis. */
export async function removeIfEmpty(queue: Queue): Promise<void> {
  const counts = await queue.getJobCounts()
  if (Object.values(counts).some((count) => count > 0)) return
  // It refuses where a job was taken meanwhile, and the queue is then to go on.
  await queue.obliterate().catch(() => queue.resume())
}
