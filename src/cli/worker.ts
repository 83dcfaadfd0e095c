import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Command, Option } from 'commander'
import {
  type QueueWorker,
  startWorker,
  type WorkerHealth,
} from '../execution/queue/queue-worker.js'
import { version } from '../experiment/provenance.js'
import { ConfigError } from '../util/errors.js'
import { urlWithoutSecrets } from '../util/secrets.js'
import {
  dataRoot,
  importsOf,
  onNotice,
  printJson,
  wholeNumber,
  withDataRootOption,
  withJsonOption,
  withQueueOption,
} from './flags.js'
import {
  type MetricsPlace,
  type MetricsServer,
  metricsOfWorker,
  serveMetrics,
  withMetricsOption,
} from './metrics.js'

interface WorkerFlags {
  queue?: string
  concurrency: number
  data?: string
  runs: string
  memory?: number
  once?: boolean
  drain: number
  json?: boolean
  metricsPort?: MetricsPlace
}

/** Time between two looks at how the worker is, milliseconds. */
const healthLook = 1000
/** Looks from one health line to the next. */
const healthEvery = 10
/** Time between two looks at whether the queue is empty, milliseconds. */
const emptyLook = 1000

/** `understudy worker`: runs the trials that `understudy run --queue` puts into a queue. */
export function workerCommand(): Command {
  const command = withQueueOption(new Command('worker'))
    .description(
      'Runs trials of `understudy run --queue` on this machine, until it is stopped. It loads the ' +
        'data by name from its own data root, and refuses runs of other data or another version.',
    )
    .addOption(
      new Option('--concurrency <n>', 'trials at the same time')
        .argParser(wholeNumber(1))
        .default(availableParallelism(), 'one for each core'),
    )
    .option(
      '--memory <MB>',
      'most memory of each trial; one that needs more fails',
      wholeNumber(64),
    )
    .option('--runs <folder>', 'folder of finished trainings and learned policies', 'runs')
    .option('--once', 'end when the queue is empty')
    .option(
      '--drain <seconds>',
      'when stopped (SIGTERM, Ctrl-C): wait so long for trials under way, then give them back',
      wholeNumber(0),
      30,
    )
  return withMetricsOption(withJsonOption(withDataRootOption(command)))
    .addHelpText('after', examples)
    .action(work)
}

const examples = `
Examples:
  understudy worker --queue redis://localhost:6379
  UNDERSTUDY_QUEUE=redis://:PASSWORD@queue.lan:6379 understudy worker
  understudy worker --queue redis://queue.lan --data path/to/data --once`

async function work(flags: WorkerFlags): Promise<void> {
  const { queue: url, concurrency, memory, runs, drain, json } = flags
  if (url === undefined)
    throw new ConfigError('a worker needs a queue: --queue redis://HOST:PORT, or UNDERSTUDY_QUEUE')
  const metrics = flags.metricsPort && (await serveMetrics(flags.metricsPort))
  const ended = stopOnSignal(drain)
  const starting = startWorker({
    ...{ url, concurrency, memory, onNotice },
    dataRoot: dataRoot(flags),
    store: join(runs, 'store'),
    imports: importsOf(process.argv),
  })
  const worker = await Promise.race([starting, ended])
  if (!worker) process.exit()
  const name = `understudy ${version} works for ${urlWithoutSecrets(url)}`
  onNotice(`${name}, ${concurrency} at once, data in ${dataRoot(flags)}`)
  const saying = sayHealth(worker, json, metrics)
  await Promise.race([ended, ...(flags.once ? [untilEmpty(worker)] : [])])
  clearInterval(saying)
  await stop(worker, drain, json)
}

async function stop(worker: QueueWorker, drain: number, json?: boolean): Promise<void> {
  const last = await Promise.race([worker.health(), delay(1000)])
  if (last) say(last, json)
  // A Redis that is away takes nothing back: its jobs are taken as lost.
  await Promise.race([worker.stop(drain), delay((drain + 15) * 1000)])
  process.exit()
}

/** Ends with the first signal; a second one ends the process at once. */
function stopOnSignal(drain: number): Promise<void> {
  return new Promise((resolve) => {
    let stopping = false
    for (const name of ['SIGINT', 'SIGTERM'] as const)
      process.on(name, () => {
        if (stopping) process.exit(130)
        stopping = true
        onNotice(`stopping: trials under way have ${drain} s, then they go back to the queue`)
        resolve()
      })
  })
}

async function untilEmpty(worker: QueueWorker): Promise<void> {
  for (;;) {
    const { running, waiting, refused } = await worker.health()
    if (running === 0 && (waiting === 0 || refused > 0)) return
    await delay(emptyLook)
  }
}

/** Says how the worker is, every ten seconds while something has changed; metrics know at once. */
function sayHealth(worker: QueueWorker, json?: boolean, metrics?: MetricsServer): NodeJS.Timeout {
  let before = ''
  let looks = 0
  const look = async () => {
    const isTime = ++looks % healthEvery === 0
    if (!isTime && !metrics) return
    const health = await worker.health()
    metrics?.set(metricsOfWorker(health))
    const now = JSON.stringify({ ...health, memory: 0 })
    if (isTime && (now !== before || health.running > 0)) say(health, json)
    if (isTime) before = now
  }
  return setInterval(() => void look().catch(() => undefined), healthLook)
}

function say(health: WorkerHealth, json?: boolean): void {
  const { memory, ...counts } = health
  if (json) printJson(health)
  else
    onNotice(
      [...Object.entries(counts).map(([what, n]) => `${n} ${what}`), `${memory} MB`].join(', '),
    )
}
