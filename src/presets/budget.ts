import type { Preset } from '../experiment/preset.js'
import { topPolicies } from '../experiment/selection.js'
import type { Setup } from '../experiment/setup.js'
import { full, smoke } from './sizes.js'

/** Recall against the number of users asked, from a third of the budget to ten times it. */
export const budget: Preset = {
  name: 'budget',
  title: 'Recall against the number of users asked',
  question: 'At which budget does it matter who is asked?',
  sizes: { smoke, full: full(6) },
  arms: (setup) => [
    { name: 'none', users: { policy: 'none' }, factors: { budget: 0 } },
    ...multiplesOfBudget(setup, [1 / 3, 1, 10 / 3, 10]).flatMap((budget) => {
      const own = { settings: { policy: { budget } }, factors: { budget } }
      return [
        { name: 'random', users: { policy: 'random' }, ...own },
        { name: 'best-feature', users: { bestOf: topPolicies(setup), by: 'proxy' }, ...own },
        { name: 'learned', users: { learned: true }, ...own },
      ] as const
    }),
  ],
  comparisons: (rows) =>
    [...new Set(rows.map(({ factors }) => factors['budget']))]
      .filter((budget) => budget !== 0)
      .flatMap((budget) =>
        ['random', 'best-feature'].map((against) => ({
          arm: 'learned',
          against,
          factors: { budget },
        })),
      ),
}

/** Numbers of users: the budget times each of these, from one to all users, without repeats. */
export function multiplesOfBudget({ config, features }: Setup, times: number[]): number[] {
  const users = times.map((factor) => Math.max(1, Math.round(factor * config.policy.budget)))
  return [...new Set(users.map((count) => Math.min(features.users.length, count)))]
}
