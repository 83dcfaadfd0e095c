import { beforeAll, describe, expect, it } from 'vitest'
import { syntheticConfig } from '#src/dataset/config.js'
import { synthesize } from '#src/dataset/synthetic.js'
import type { LearningProgress } from '#src/policy/learned-policy.js'
import { presetSteps, runTrial } from '#src/experiment/preset.js'
import type { TrialRow } from '#src/experiment/row.js'
import { setUp } from '#src/experiment/setup.js'
import { Trial } from '#src/experiment/trial.js'
import { presets } from '#src/presets/index.js'
import type { Executor, RunEvents } from '#src/run/executor.js'
import { ConfigError, DataError, InterruptedError, UnderstudyError } from '#src/util/errors.js'
import { TimeLeft } from '#src/util/time-left.js'
import { failing, faultyPreset } from '../support/faulty-preset.js'
import { tiny } from '../support/tiny.js'

/** An executor to be tested, with what it imports. */
export type MakeExecutor = (imports?: string[]) => Promise<Executor>

const setup = setUp(synthesize(syntheticConfig.parse(tiny.dataset.synthetic)), tiny)
const preset = 'item-tower'
const seeds = [5, 0, 3, 9]

/** Runs a preset, and gives everything that was told. */
export async function run(
  executor: Executor,
  name: string,
  own: number[],
  { onTrial, ...more }: Partial<RunEvents> = {},
) {
  const rows = new Map<number, TrialRow[]>()
  const told: number[] = []
  let steps = 0
  const tasks = new Set<number | undefined>()
  const ended = executor.run(setup, name, [...own], {
    folders: {},
    onStep({ task }) {
      steps++
      tasks.add(task)
    },
    onTrial(seed, of) {
      told.push(seed)
      rows.set(seed, of)
      onTrial?.(seed, of)
    },
    ...more,
  })
  const error = await ended.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  return { rows, told, steps, tasks: [...tasks].sort(), error }
}

/** Rows of each seed, one after the other, without an executor. */
async function plainRows(): Promise<Map<number, TrialRow[]>> {
  const rows = new Map<number, TrialRow[]>()
  for (const seed of seeds)
    rows.set(seed, await runTrial(presets.get(preset), new Trial(setup, { seed })))
  return rows
}

/** The contract of `Executor`. */
export function conformance(make: MakeExecutor): void {
  let plain: Map<number, TrialRow[]>

  const faulty = faultyPreset()
  beforeAll(async () => {
    plain = await plainRows()
  })

  it('hands over each seed once, with the rows of its trial alone, and tells every step', async () => {
    const { rows, told, steps, tasks, error } = await run(await make(), preset, seeds)
    expect(error).toBeUndefined()
    expect(tasks).toEqual([...seeds].sort())
    expect([...told].sort()).toEqual([...seeds].sort())
    for (const seed of seeds) expect(rows.get(seed)).toEqual(plain.get(seed))
    expect(plain.get(5)).not.toEqual(plain.get(0))
    const kinds = presetSteps(presets.get(preset), setup)
    expect(steps).toBe(new TimeLeft({ tasks: seeds.length, kinds }).steps)
  })

  it('tells how far the learning of a policy is', async () => {
    const told: [seed: number, LearningProgress][] = []
    const onIteration = (...all: (typeof told)[number]) => void told.push(all)
    const { error } = await run(await make(), 'who-to-ask', [5], { onIteration })
    expect(error).toBeUndefined()
    const { iterations, learner } = setup.config.policy
    const [seed, last] = told.at(-1)!
    expect([seed, last.iteration, last.iterations]).toEqual([5, iterations, iterations])
    expect(last.learner).toBe(learner)
    expect(Math.abs(last.reward)).toBeLessThan(1)
  })

  it('has nothing to do without seeds', async () => {
    expect(await run(await make(), preset, [])).toMatchObject({
      told: [],
      steps: 0,
      error: undefined,
    })
  })

  it('runs nothing when the signal has fired before', async () => {
    const { told, error } = await run(await make(), preset, seeds, { signal: AbortSignal.abort() })
    expect(told).toEqual([])
    expect(error).toBeInstanceOf(InterruptedError)
  })

  it('stops when the signal fires, and has handed over what was finished', async () => {
    const stop = new AbortController()
    const { rows, error } = await run(await make(), preset, seeds, {
      signal: stop.signal,
      onTrial: () => stop.abort(),
    })
    expect(error).toBeInstanceOf(InterruptedError)
    expect(error).toMatchObject({
      exitCode: 130,
      message: expect.stringMatching(/^stopped: /) as string,
    })
    expect(rows.size).toBeGreaterThan(0)
    for (const [seed, own] of rows) expect(own).toEqual(plain.get(seed))
  })

  it('stops when the caller cannot keep what is handed over', async () => {
    const full = new Error('the disk is full')
    const onTrial = () => {
      throw full
    }
    expect((await run(await make(), preset, seeds, { onTrial })).error).toBe(full)
  })

  describe('an imported module', () => {
    it('is known to every trial', async () => {
      const { rows, error } = await run(await make([faulty]), 'faulty', [7, 8])
      expect(error).toBeUndefined()
      for (const seed of [7, 8])
        expect(rows.get(seed)).toMatchObject([{ policy: 'seed', seed, metrics: { seed } }])
    })

    it('is named where it cannot be imported', async () => {
      const error = await make(['./nowhere.mjs'])
        .then((executor) => run(executor, preset, seeds))
        .then(
          (told) => told.error,
          (thrown: unknown) => thrown,
        )
      expect(error).toBeInstanceOf(ConfigError)
      expect((error as Error).message).toMatch(/nowhere\.mjs" cannot be imported: Cannot find/)
    })
  })

  describe('an error of a trial', () => {
    const errorOf = async (seed: number) => {
      const { error } = await run(await make([faulty]), 'faulty', [seed, 7])
      expect(error).toBeInstanceOf(Error)
      return error as Error
    }

    it('keeps its class, message, exit status and cause', async () => {
      const error = await errorOf(failing.config)
      expect(error).toBeInstanceOf(ConfigError)
      expect(error).toMatchObject({ name: 'ConfigError', message: 'no such thing', exitCode: 2 })
      expect(error.cause).toMatchObject({ message: 'a reason' })
    })

    it('keeps the file and the line that it names', async () => {
      const error = await errorOf(failing.data)
      expect(error).toBeInstanceOf(DataError)
      expect(error).toMatchObject({ message: 'a.csv:7: a bad line', file: 'a.csv', line: 7 })
    })

    it('keeps its stack where it is a bug', async () => {
      const error = await errorOf(failing.bug)
      expect(error).not.toBeInstanceOf(UnderstudyError)
      expect(error.message).toMatch(/undefined/)
      expect(error.stack).toContain('faulty.mjs')
    })

    it('leaves the executor ready for the next run', async () => {
      const executor = await make([faulty])
      await run(executor, 'faulty', [failing.config, 7])
      expect((await run(executor, 'faulty', [7, 8])).rows.size).toBe(2)
    })
  })
}
