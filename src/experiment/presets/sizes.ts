import type { PresetSize } from '../trial.js'

/** A tiny shop: everything runs, in seconds; figures mean nothing. */
export const smoke: PresetSize = {
  seeds: 2,
  settings: {
    dataset: { synthetic: { users: 400, items: 400 } },
    policy: { budget: 40, runs: 1, iterations: 2, episodes: 4, rewardK: 10 },
    evaluation: { ks: [10] },
  },
}
