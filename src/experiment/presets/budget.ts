import { bestFeatureByProxy, fixedRow, learnedRow } from '../arms.js'
import type { Lab } from '../lab.js'
import { trainingsToLearn } from '../policy-training.js'
import type { Preset, TrialRow } from '../trial.js'
import { smoke } from './sizes.js'

const shares = [1 / 3, 1, 10 / 3, 10]

/** Recall against the number of users asked, from a third of the budget to ten times it. */
export const budget: Preset = {
  name: 'budget',
  title: 'Recall against the number of users asked',
  question: 'At which budget does it matter who is asked?',
  sizes: { smoke, full: { seeds: 6, settings: { evaluation: { trainings: 10 } } } },
  steps: (materials) => budgets(materials).length * (trainingsToLearn(materials) + 3 * materials.config.evaluation.trainings) + materials.config.evaluation.trainings,
  async run(lab, step) {
    const rows: TrialRow[] = [{ ...(await fixedRow(lab, 'none', step)), factors: { budget: 0 } }]
    for (const budget of budgets(lab.materials)) {
      const own = lab.with({ policy: { budget } })
      const feature = await bestFeatureByProxy(own)
      const add = (row: TrialRow) => rows.push({ ...row, factors: { budget } })
      add(await fixedRow(own, 'random', step))
      add({ ...(await fixedRow(own, feature, step)), policy: 'best-feature', chosen: feature })
      add(await learnedRow(own, 'learned', step))
    }
    return rows
  },
  comparisons: (rows) =>
    [...new Set(rows.map(({ factors }) => factors['budget']))].filter((budget) => budget !== 0).flatMap((budget) => ['random', 'best-feature'].map((against) => ({ arm: 'learned', against, factors: { budget } }))),
}

function budgets({ config, features }: Lab['materials']): number[] {
  return [...new Set(shares.map((share) => Math.min(features.users.length, Math.max(1, Math.round(share * config.policy.budget)))))]
}
