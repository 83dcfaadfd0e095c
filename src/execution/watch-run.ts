import { presetSteps } from '../experiment/preset.js'
import type { LearningProgress } from '../policy/learned-policy.js'
import type { RunEvents } from '../run/executor.js'
import type { Run } from '../run/run.js'
import { type RunStatus, statusLines } from '../run/status.js'
import { Meter } from '../util/meter.js'
import type { Spent } from './cost-keeper.js'
import type { ExperimentOptions } from './experiment-options.js'

/** Time between two looks at how far a run is, milliseconds. */
const lookEvery = 1000

/** What a run tells of itself while it is under way. */
export interface RunWatch extends Pick<
  Required<RunEvents>,
  'onStep' | 'onIteration' | 'onWorkers'
> {
  onTrial(seed: number): void
  stop(): Promise<void>
}

/**
 * Shows how far a run is: by a progress bar with lines below it, and by `onStatus` once a second.
 * @param left - seeds that are to be run
 * @param spent - tells what was sent and spent
 */
export function watchRun(
  { preset, setup, seeds }: Run,
  left: readonly number[],
  atOnce: number,
  spent: () => Promise<Spent>,
  { progress, onStatus }: Pick<ExperimentOptions, 'progress' | 'onStatus'>,
): RunWatch {
  const plan = { tasks: left.length, atOnce, kinds: presetSteps(preset, setup) }
  const bar = progress?.(preset.name, 'steps', plan)
  const meter = new Meter('steps', plan)
  const learning = new Map<number, LearningProgress>()
  let open = left.length
  let cost: Spent = { requests: 0 }
  const look = async () => {
    if (!bar && !onStatus) return
    // What keeps the cost says why it cannot be read.
    cost = await spent().catch(() => cost)
    const status: RunStatus = {
      preset: preset.name,
      dataset: setup.dataset.name,
      ...meter.facts,
      seeds: { done: seeds.length - open, total: seeds.length },
      atOnce,
      learning: [...learning].map(([seed, progress]) => ({ seed, ...progress })),
      ...cost,
    }
    bar?.detail?.({ lines: statusLines(status), facts: status })
    onStatus?.(status)
  }
  const timer = setInterval(() => void look(), lookEvery)
  return {
    onStep(taken) {
      meter.step(taken)
      bar?.step(taken)
    },
    onIteration: (seed, progress) => learning.set(seed, progress),
    onWorkers(now) {
      atOnce = now
      meter.atOnce(now)
      bar?.atOnce?.(now)
    },
    onTrial(seed) {
      learning.delete(seed)
      if (--open === 0) bar?.say('comparing the arms')
    },
    async stop() {
      clearInterval(timer)
      await look().finally(() => bar?.stop())
    },
  }
}
