import type { LearnerKind } from '../learner.js'
import {
  actionSpace,
  addPolicyGradient,
  advantageOver,
  ascend,
  rewardOf,
} from '../policy-gradient.js'

/**
 * REINFORCE leave-one-out (Kool, van Hoof and Welling 2019): the baseline of an episode is the mean
 * of the others,
 *
 *   theta += alpha / M * sum_m sum_t A_m grad log pi(a_t | f_t),
 *   A_m = R_m - mean_{j != m} R_j
 */
export const rloo: LearnerKind = {
  name: 'rloo',
  space: 'action',
  settings: ['learningRate', 'credit'],
  make(features, scorer, config, rng) {
    const { learningRate: alpha = 1, credit, temperature } = config
    const theta = scorer.start(features.names.length, rng)
    const pi = { features, scorer, theta, temperature }
    return {
      ...actionSpace(pi, config.episodes),
      update(episodes) {
        const b = leaveOneOutMeans(episodes.map((episode) => rewardOf(episode, credit)))
        const gradient = new Float64Array(theta.length)
        for (const [m, episode] of episodes.entries()) {
          const { proposal, walk } = episode
          const A = advantageOver(b[m], episode, credit)
          addPolicyGradient(pi, proposal.logits, walk, A, gradient)
        }
        ascend(pi, alpha / episodes.length, gradient)
      },
    }
  },
}

/** Mean of all the other rewards, for each reward [M], M >= 2. */
export function leaveOneOutMeans(rewards: number[]): number[] {
  const sum = rewards.reduce((total, r) => total + r, 0)
  return rewards.map((r) => (sum - r) / (rewards.length - 1))
}
