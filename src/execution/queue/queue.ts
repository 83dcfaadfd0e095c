import type { Queue } from 'bullmq'
import type { Setup } from '../../experiment/setup.js'
import type { Executor, RunEvents } from '../../run/executor.js'
import { urlWithoutSecrets } from '../../util/secrets.js'
import { interrupted } from '../interrupted.js'
import { answerQuestions, judgeOf } from './answer-questions.js'
import { collect } from './collect.js'
import { type TrialJob, trialJobs } from './job.js'
import {
  cancelKey,
  endedJobs,
  type Link,
  type LinkOptions,
  memoKey,
  openLink,
  removeIfEmpty,
  removeJobs,
  trialsQueue,
} from './link.js'

/** Time between two looks at whether there are workers, milliseconds. */
const workersLook = 10_000

/**
 * One seed a job of a BullMQ queue, done by `understudy worker` on any machine. The jobs outlive
 * this process: the same run finds them again.
 * @throws InputError or ExecutionError where the Redis cannot be used
 */
export async function queueExecutor(engine: string, options: LinkOptions): Promise<Executor> {
  const first = await openLink(trialsQueue, { url: options.url })
  const atOnce = await seedsAtOnce(first.queue).finally(() => first.close())
  return {
    name: `workers at ${urlWithoutSecrets(options.url)}`,
    atOnce: Math.max(1, atOnce),
    async run(setup, preset, seeds, events) {
      if (events.signal?.aborted) throw interrupted()
      if (seeds.length === 0) return
      const how = { engine, ...judgeOf(setup, events.folders) }
      const jobs = trialJobs(setup, preset, seeds, how)
      const link = await openLink(trialsQueue, options)
      try {
        await runJobs(link, jobs, setup, events, options)
      } finally {
        await link.close()
      }
    },
  }
}

async function runJobs(
  link: Link,
  jobs: TrialJob[],
  setup: Setup,
  events: RunEvents,
  options: LinkOptions,
): Promise<void> {
  const { queue, redis } = link
  const [{ run, judge }] = jobs
  await redis.del(cancelKey(run))
  const questions = judge && (await answerQuestions(link, run, setup, events, options))
  const looking = lookForWorkers(link, options, events)
  try {
    await collect(link, jobs, events, options.onNotice)
    // Seeds that were kept before their jobs could be removed have some still.
    await removeJobs(queue, await endedJobs(queue, run))
    await redis.del(memoKey(run))
  } finally {
    clearInterval(looking)
    await questions?.close()
    await removeIfEmpty(queue)
  }
}

/** Tells how many seeds the workers do at once; says when there is no worker, once. */
function lookForWorkers(
  { queue, watch }: Link,
  { url, onNotice }: LinkOptions,
  { onWorkers }: RunEvents,
): NodeJS.Timeout {
  const place = urlWithoutSecrets(url)
  let said = false
  const look = async () => {
    const atOnce = await seedsAtOnce(queue)
    onWorkers?.(atOnce)
    if (atOnce === 0 && !said)
      onNotice?.(`no worker at ${place}: waiting for \`understudy worker --queue ${place}\``)
    said = atOnce === 0
  }
  const lookOrSay = () => void look().catch((error: unknown) => watch.refused(error))
  lookOrSay()
  return setInterval(lookOrSay, workersLook)
}

/** Seeds that the workers of a queue do at the same time, as their names say: see `startWorker`. */
async function seedsAtOnce(queue: Queue): Promise<number> {
  const workers = await queue.getWorkers()
  return workers.reduce(
    (sum, { rawname = '' }) => sum + Number(/-(\d+)$/.exec(rawname)?.[1] ?? 1),
    0,
  )
}
