import { Worker } from 'node:worker_threads'
import type { PreferencePair } from '../augmentation/augmenter.js'
import type { Setup } from '../experiment/setup.js'
import { Trial } from '../experiment/trial.js'
import { noMemo } from '../experiment/memo.js'
import { fixedPolicy } from '../policy/policy.js'
import { makeEngine } from '../two-tower/engines/index.js'
import { ExecutionError } from '../util/errors.js'
import { stream } from '../util/random.js'
import { share } from '../util/shared.js'
import { inTurn, type Timing } from './bench-timing.js'
import { endThreads } from './end-threads.js'

/** The work of a worker of `benchThreads`, which trains once a message. */
export interface BenchWork {
  /** Setup, as `share` puts them into shared memory. */
  setup: unknown
  engine: string
  pairs: PreferencePair[]
}

/** Times two whole trainings by one worker thread against one training by each of two. */
export async function benchThreads(
  names: string[],
  setup: Setup,
  repetitions: number,
): Promise<Timing[]> {
  const rows: Timing[] = []
  for (const name of names) rows.push(...(await benchEngine(name, setup, repetitions)))
  return rows
}

async function benchEngine(name: string, setup: Setup, repetitions: number): Promise<Timing[]> {
  const { features, config } = setup
  const engine = makeEngine(name)
  const trial = new Trial(setup, { engine, memo: noMemo })
  const { pairs } = await trial.augmenter.augment(
    fixedPolicy('random').select(features, config.policy.budget, stream(0, 'bench')),
  )
  const workerData: BenchWork = { setup: share(setup), engine: name, pairs }
  const [first, second] = [0, 1].map(
    () => new Worker(new URL('./bench-worker.js', import.meta.url), { workerData }),
  )
  try {
    const [one, two] = await inTurn(
      [
        () => train(first).then(() => train(first)),
        () => Promise.all([train(first), train(second)]),
      ],
      repetitions,
    )
    const common = { engine: engine.name, repetitions }
    const rates = { 'x 1 worker': one.seconds / two.seconds }
    return [
      { ...common, task: 'two whole trainings, 1 worker', ...one, rates: {} },
      { ...common, task: 'two whole trainings, 2 workers', ...two, rates },
    ]
  } finally {
    for (const worker of [first, second]) worker.removeAllListeners()
    await endThreads([first, second])
  }
}

function train(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.removeAllListeners()
    worker.once('message', () => resolve())
    worker.once('error', reject)
    worker.once('exit', (code) =>
      reject(new ExecutionError(`a worker thread ended early with status ${code}`)),
    )
    worker.postMessage('train')
  })
}
