import { describe, expect, it } from 'vitest'
import { syntheticConfig } from '#src/dataset/config.js'
import { synthesize } from '#src/dataset/synthetic.js'
import { compare } from '#src/run/comparisons.js'
import { encodeUsers, type TrialRow } from '#src/experiment/row.js'
import { readConfig } from '#src/experiment/config.js'
import { diagnose } from '#src/run/diagnostics.js'
import type { LearningRun } from '#src/policy/learned-policy.js'
import { setUp } from '#src/experiment/setup.js'

const setup = setUp(
  synthesize(syntheticConfig.parse({ users: 200, items: 300 })),
  readConfig({
    policy: { budget: 20, rewardK: 10, learner: 'reinforce' },
    evaluation: { ks: [10] },
  }),
)

const row = (
  policy: string,
  seed: number,
  cold: number,
  more: Partial<TrialRow> = {},
): TrialRow => ({
  policy,
  seed,
  factors: {},
  users: 20,
  calls: 200,
  learningCalls: 0,
  failed: 0,
  trainings: 1,
  metrics: { 'cold:recall@10': cold, 'warm:recall@10': 0.2 },
  validation: cold,
  userRecall: encodeUsers(Float32Array.of(cold, cold)),
  ...more,
})
const healthy: LearningRun = {
  weights: [],
  path: [],
  rewards: [0, 0.1],
  deviations: [0.01, 0.01],
  overlaps: [0.6],
  effectiveUsers: 150,
  entropy: 0.5,
}
const learned = (run: Partial<LearningRun> = {}) => ({
  learned: { features: [], runs: [{ ...healthy, ...run }], usersAsked: 50, trainings: 10 },
})

/** A table that nobody would object to: chance is .33 or so, all gains clear. */
function table(change: (row: TrialRow) => TrialRow = (same) => same): TrialRow[] {
  return [0, 1, 2].flatMap((seed) => {
    const noise = seed / 1000
    return [
      row('none', seed, 0.3 + noise),
      row('random', seed, 0.5 + noise),
      row('best-feature', seed, 0.55 - noise),
      row('learned', seed, 0.6 + noise, learned()),
      row('all', seed, 0.7 + noise),
    ].map(change)
  })
}

const names = (rows: TrialRow[], popularityWarmRecall = 0.1) =>
  diagnose({ rows, setup, popularityWarmRecall }).map(({ name }) => name)

describe('the diagnostics', () => {
  it('are silent on a healthy table', () => expect(names(table())).toEqual([]))

  it.each<[string, (row: TrialRow) => TrialRow]>([
    [
      'collapse',
      (one) =>
        one.learned ? { ...one, ...learned({ overlaps: [0.99], effectiveUsers: 21 }) } : one,
    ],
    [
      'noisy-reward',
      (one) => (one.learned ? { ...one, ...learned({ rewards: [0.1, 0.101] }) } : one),
    ],
    [
      'warm-harm',
      (one) =>
        one.policy === 'learned'
          ? { ...one, metrics: { ...one.metrics, 'warm:recall@10': 0.15 } }
          : one,
    ],
    [
      'no-significance',
      (one) =>
        one.policy === 'learned'
          ? { ...one, metrics: { ...one.metrics, 'cold:recall@10': 0.55 + (one.seed - 1) / 50 } }
          : one,
    ],
    [
      'judge-at-chance',
      (one) => (one.policy === 'all' ? { ...one, validation: 0.1 * one.seed } : one),
    ],
    [
      'saturation',
      (one) => (one.policy === 'random' ? { ...one, validation: 0.695 + one.seed / 1000 } : one),
    ],
  ])('raise %s where they should, alone', (name, change) => {
    expect(names(table(change))).toEqual([name])
  })

  it('raise weak-warm-model against popularity', () =>
    expect(names(table(), 0.19)).toEqual(['weak-warm-model']))
})

describe('compare', () => {
  it('pairs by seed and corrects over the table', () => {
    const rows = table()
    const [first, second] = compare(
      rows,
      [
        { arm: 'learned', against: 'random' },
        { arm: 'best-feature', against: 'random' },
      ],
      ['cold:recall@10'],
      'cold:recall@10',
    )
    expect(first.difference).toBeCloseTo(0.1, 6)
    expect(first.p).toBe(0)
    expect(first.userInterval![0]).toBeCloseTo(0.1, 6)
    expect(second.pHolm).toBeGreaterThanOrEqual(second.p)
    expect(
      compare(rows.slice(0, 5), [{ arm: 'learned', against: 'random' }], ['cold:recall@10'], ''),
    ).toEqual([])
  })
})
