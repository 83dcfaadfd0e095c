import { bestFeature, contentMapRow, fixedRow, learnedRow } from '../arms.js'
import type { Lab } from '../lab.js'
import { trainingsToLearn } from '../policy-training.js'
import type { Preset } from '../trial.js'

/** The headline table: no augmentation, random, the top of each feature, learned, everybody; and content without a chat model. */
export const policyVsBaselines: Preset = {
  name: 'policy-vs-baselines',
  title: 'Learned selection against random, single features, everybody, and content alone',
  question: 'Does a learned policy choose better users than chance and than the best single feature?',
  sizes: {
    smoke: { seeds: 2, settings: { dataset: { synthetic: { users: 400, items: 400 } }, policy: { budget: 40, runs: 1, iterations: 2, episodes: 4, rewardK: 10 }, evaluation: { ks: [10] } } },
    full: { seeds: 12, settings: { evaluation: { trainings: 10 } } },
  },
  steps: (materials) => trainingsToLearn(materials) + (fixedNames(materials).length + 2) * materials.config.evaluation.trainings,
  async run(lab, step) {
    const rows = []
    for (const name of fixedNames(lab.materials)) rows.push(await fixedRow(lab, name, step))
    const all = rows.pop()!
    return [...rows, bestFeature(rows), await learnedRow(lab, 'learned', step), all, await contentMapRow(lab, step)]
  },
  comparisons: () => [
    { arm: 'learned', against: 'random' },
    { arm: 'learned', against: 'best-feature' },
    { arm: 'best-feature', against: 'random' },
    { arm: 'content-map', against: 'learned' },
  ],
}

function fixedNames({ features }: Lab['materials']): string[] {
  return ['none', 'random', ...features.names.map((name) => `top:${name}`), 'all']
}
