import { expect, it } from 'vitest'
import { runExperiment } from '#src/execution/run-experiment.js'
import { type RunStatus, statusLines } from '#src/run/status.js'
import { folderOf } from '../support/files.js'
import { tiny } from '../support/tiny.js'

const status: RunStatus = {
  ...{ preset: 'who-to-ask', dataset: 'shop', done: 3, total: 9, secondsGone: 1, secondsLeft: 2 },
  ...{ seeds: { done: 1, total: 4 }, atOnce: 2, learning: [], requests: 0 },
}
const learning = (seed: number) => ({
  ...{ seed, learner: 'pgpe', iteration: 12, iterations: 30, reward: -0.01234 },
})

it('the status of a run is one line, and one more while policies are learned', () => {
  expect(statusLines(status)).toEqual(['1 of 4 seeds done, 2 at once'])
  const cost = { amount: 2.305, currency: 'USD' }
  expect(statusLines({ ...status, requests: 1240, cost, learning: [learning(1)] })).toEqual([
    '1 of 4 seeds done, 2 at once | 1,240 requests | 2.31 USD',
    'learning: seed 1: iteration 12 of 30, reward -0.0123',
  ])
})

it('its lines have 80 columns at most, however many policies are learned', () => {
  const many = { ...status, learning: Array.from({ length: 30 }, (_, seed) => learning(seed)) }
  const [, line] = statusLines(many)
  expect(line).toMatch(/^learning: seed 0: .*reward -0\.0123$/)
  expect(line.length).toBeLessThanOrEqual(80)
})

it('a run tells its status, at the end as all is done', async () => {
  const told: RunStatus[] = []
  const runs = folderOf({})
  await runExperiment('who-to-ask', {
    ...{ settings: tiny, seeds: [0, 1], runs, workers: 2 },
    onStatus: (status) => told.push(status),
  })
  const { done, total, ...last } = told.at(-1)!
  expect(done).toBe(total)
  expect(last).toMatchObject({
    ...{ preset: 'who-to-ask', dataset: 'synthetic', seeds: { done: 2, total: 2 } },
    ...{ atOnce: 2, learning: [], requests: 0 },
  })
})
