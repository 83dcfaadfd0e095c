import { smoke } from './sizes.js'
import { bestFeature, bestFeatureByProxy, contentMapRow, fixedRow, learnedRow } from '../arms.js'
import type { Lab } from '../lab.js'
import { trainingsToLearn } from '../policy-training.js'
import type { Preset, TrialRow } from '../trial.js'

/** The headline table: no augmentation, random, the top of each feature, learned, everybody; and content without a chat model. */
export const policyVsBaselines: Preset = {
  name: 'policy-vs-baselines',
  title: 'Learned selection against random, single features, everybody, and content alone',
  question: 'Does a learned policy choose better users than chance and than the best single feature?',
  sizes: {
    smoke,
    full: { seeds: 12, settings: { evaluation: { trainings: 10 } } },
  },
  steps: (materials) => 2 * trainingsToLearn(materials) + (fixedNames(materials).length + 5) * materials.config.evaluation.trainings,
  async run(lab, step) {
    const rows = []
    for (const name of fixedNames(lab.materials)) rows.push(await fixedRow(lab, name, step))
    const all = rows.pop()!
    return [...rows, bestFeature(rows), await learnedRow(lab, 'learned', step), ...(await placedRows(lab, step)), all, await contentMapRow(lab, step)]
  },
  comparisons: () => [
    { arm: 'learned', against: 'random' },
    { arm: 'learned', against: 'best-feature' },
    { arm: 'best-feature', against: 'random' },
    { arm: 'learned/placed', against: 'random' },
    { arm: 'learned/placed', against: 'best-feature' },
    { arm: 'learned/placed', against: 'best-feature/placed' },
    { arm: 'content-map', against: 'learned/placed' },
  ],
}

/**
 * As many questions, placed where the words of the user's history tell the two items apart, and weighted by the answer's
 * margin: for random users, the best feature, and a policy learned under the same placement.
 */
async function placedRows(lab: Lab, step: () => void): Promise<TrialRow[]> {
  const placed = lab.with({ augmentation: { placement: 'confident' }, model: { pairMargins: true } })
  const feature = await bestFeatureByProxy(placed)
  return [
    { ...(await fixedRow(placed, 'random', step)), policy: 'random/placed' },
    { ...(await fixedRow(placed, feature, step)), policy: 'best-feature/placed', chosen: feature },
    await learnedRow(placed, 'learned/placed', step),
  ]
}

function fixedNames({ features }: Lab['materials']): string[] {
  return ['none', 'random', ...features.names.map((name) => `top:${name}`), 'all']
}
