import type { Engine } from '../two-tower/engine.js'
import { engines, makeEngine } from '../two-tower/engines/index.js'

/** An engine to time. */
export interface TimedEngine {
  engine: Engine
  /** Whether whole trainings take minutes. */
  slow: boolean
}

/** Makes an engine to time it. @throws ConfigError for an unknown or missing one */
export function timedEngine(name: string): TimedEngine {
  return { engine: makeEngine(name), slow: engines.get(name).slow === true }
}

/** Least and median time of a task over its repetitions, seconds. */
export interface Elapsed {
  seconds: number
  median: number
}

/** The time of a task on an engine: the least of its repetitions counts. */
export interface Timing extends Elapsed {
  engine: string
  task: string
  repetitions: number
  /**
   * Speeds, e.g. `steps/s`, `GF/s`; `of sgemm` is the share of the speed of the machine's own
   * matrix product.
   */
  rates: Record<string, number>
}

/**
 * Times each work once unmeasured, then all in turn, `repetitions` times: a machine that slows down
 * slows down all.
 */
export async function inTurn(works: (() => unknown)[], repetitions: number): Promise<Elapsed[]> {
  const all = works.map((): number[] => [])
  for (let k = -1; k < repetitions; k++)
    for (const [w, work] of works.entries()) {
      const before = performance.now()
      await work()
      if (k >= 0) all[w].push((performance.now() - before) / 1000)
    }
  return all.map((times) => {
    const sorted = times.sort((a, b) => a - b)
    return { seconds: sorted[0], median: sorted[Math.floor(sorted.length / 2)] }
  })
}
