import { syntheticConfig } from '#src/dataset/config.js'
import { synthesize } from '#src/dataset/synthetic.js'
import { encodeUsers, type TrialRow } from '#src/experiment/row.js'
import { readConfig } from '#src/experiment/config.js'
import { setUp } from '#src/experiment/setup.js'
import type { LearningRun } from '#src/policy/learned-policy.js'
import { diagnose } from '#src/run/diagnostics.js'

const shop = synthesize(syntheticConfig.parse({ users: 200, items: 300 }))
export const settings = {
  policy: { budget: 20, rewardK: 10, learner: 'reinforce' },
  model: { pairGradient: 'joint' },
  evaluation: { ks: [10] },
}
export const setup = setUp(shop, readConfig(settings))

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
export const healthy: LearningRun = {
  weights: [],
  path: [],
  rewards: [0, 0.1],
  deviations: [0.01, 0.01],
  overlaps: [0.6],
  effectiveUsers: 150,
  entropy: 0.5,
}
export const learned = (run: Partial<LearningRun> = {}) => ({
  learned: { features: [], runs: [{ ...healthy, ...run }], usersAsked: 50, trainings: 10 },
})

/** A table that nobody would object to: chance is .33 or so, all gains clear. */
export function table(change: (row: TrialRow) => TrialRow = (same) => same): TrialRow[] {
  return [0, 1, 2, 3, 4].flatMap((seed) => {
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

export const names = (rows: TrialRow[], popularityWarmRecall = 0.1) =>
  diagnose({ rows, setup, popularityWarmRecall }).map(({ name }) => name)
