import { learnerNames } from '../../policy/learners/names.js'
import { bestFeatureByProxy, fixedRow, learnedRow } from '../arms.js'
import type { Lab } from '../lab.js'
import { trainingsToLearn } from '../policy-training.js'
import type { Preset } from '../trial.js'
import { smoke } from './sizes.js'

const arms = learnerNames.flatMap((learner) => (['linear', 'mlp'] as const).map((scorer) => ({ learner, scorer })))

/** Every learner with every scorer at the same number of trainings: an open question of the paper. */
export const learnersPreset: Preset = {
  name: 'learners',
  title: 'Ways to learn the policy, at the same number of trainings',
  question: 'Do RLOO, actor-critic, PPO or learning in parameter space do better than REINFORCE?',
  sizes: { smoke, full: { seeds: 5, settings: { policy: { runs: 1, iterations: 8, episodes: 20 }, evaluation: { trainings: 10 } } } },
  steps: (materials) => arms.reduce((sum, policy) => sum + trainingsToLearn(withPolicy(materials, policy)), (arms.length + 2) * materials.config.evaluation.trainings),
  async run(lab, step) {
    const feature = await bestFeatureByProxy(lab)
    const rows = [await fixedRow(lab, 'random', step), { ...(await fixedRow(lab, feature, step)), policy: 'best-feature', chosen: feature }]
    for (const policy of arms) rows.push(await learnedRow(lab.with({ policy }), `${policy.learner}/${policy.scorer}`, step))
    return rows
  },
  comparisons: () => arms.flatMap(({ learner, scorer }) => ['random', 'best-feature'].map((against) => ({ arm: `${learner}/${scorer}`, against }))),
}

function withPolicy(materials: Lab['materials'], policy: (typeof arms)[number]): Lab['materials'] {
  const { config } = materials
  return { ...materials, config: { ...config, policy: { ...config.policy, ...policy } } }
}
