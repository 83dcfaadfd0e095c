import { learners } from '../policy/learners/index.js'
import type { Preset } from '../experiment/preset.js'
import { topPolicies } from '../experiment/selection.js'
import { scorers } from '../policy/scorers/index.js'
import { full, smoke } from './sizes.js'

const ways = () =>
  learners.names().flatMap((learner) => scorers.names().map((scorer) => ({ learner, scorer })))

/** Every learner with every scorer at as many trainings, an open question of the paper. */
export const learnersPreset: Preset = {
  name: 'learners',
  title: 'Ways to learn the policy, at the same number of trainings',
  question: 'Do RLOO, actor-critic, PPO or learning in parameter space do better than REINFORCE?',
  sizes: { smoke, full: full(5, { policy: { runs: 1, iterations: 8, episodes: 20 } }) },
  arms: (setup) => [
    { name: 'random', users: { policy: 'random' } },
    { name: 'best-feature', users: { bestOf: topPolicies(setup), by: 'proxy' } },
    ...ways().map((policy) => ({
      name: `${policy.learner}/${policy.scorer}`,
      users: { learned: true as const },
      settings: { policy },
    })),
  ],
  comparisons: () =>
    ways().flatMap(({ learner, scorer }) =>
      ['random', 'best-feature'].map((against) => ({ arm: `${learner}/${scorer}`, against })),
    ),
}
