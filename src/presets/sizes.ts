import type { PresetSize } from '../experiment/preset.js'

/** A tiny shop: everything runs, in seconds; figures mean nothing. */
export const smoke: PresetSize = {
  seeds: 2,
  settings: {
    dataset: { synthetic: { users: 400, items: 400 } },
    policy: { budget: 40, runs: 1, iterations: 2, episodes: 4, rewardK: 10 },
    evaluation: { ks: [10] },
  },
}

/** Published figures: ten trainings a procedure. */
export const full = (seeds: number, settings: Record<string, unknown> = {}): PresetSize => ({
  seeds,
  settings: { evaluation: { trainings: 10 }, ...settings },
})
