import type { MakeLearner } from '../learner.js'
import { actionSpace, addPolicyGradient, advantageOver, rewardOf } from '../policy-gradient.js'

/**
 * REINFORCE leave-one-out (Kool, van Hoof and Welling 2019): the baseline of an episode is the mean of the others,
 *
 *   theta += alpha / M * sum_m sum_t A_m grad log pi(a_t | f_t),   A_m = R_m - mean_{j != m} R_j
 */
export const rloo: MakeLearner = (features, scorer, config, rng) => {
  const { learningRate: alpha = 1, credit, temperature } = config
  const theta = scorer.start(features.names.length, rng)
  return {
    ...actionSpace(features, scorer, theta, config),
    update(episodes) {
      const baselines = leaveOneOutMeans(episodes.map((episode) => rewardOf(episode, credit)))
      const gradient = new Float64Array(theta.length)
      for (const [m, episode] of episodes.entries()) {
        const { proposal, walk } = episode
        addPolicyGradient(features, scorer, theta, { logits: proposal.logits, walk }, advantageOver(baselines[m], episode, credit), temperature, gradient)
      }
      for (let j = 0; j < theta.length; j++) theta[j] += (alpha / episodes.length) * gradient[j]
    },
  }
}

/** The mean of all the others [M], M >= 2. */
export function leaveOneOutMeans(rewards: number[]): number[] {
  const sum = rewards.reduce((total, r) => total + r, 0)
  return rewards.map((r) => (sum - r) / (rewards.length - 1))
}
