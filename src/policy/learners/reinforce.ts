import { average } from '../../util/statistics.js'
import type { LearnerKind } from '../learner.js'
import {
  actionSpace,
  addPolicyGradient,
  advantageOver,
  ascend,
  movingAverage,
  rewardOf,
} from '../policy-gradient.js'

/**
 * REINFORCE (Williams 1992) with an exponential moving average b of the reward as baseline:
 *
 *   theta += alpha / M * sum_m sum_t A_m grad log pi(a_t | f_t),
 *   A_m = R_m - b,
 *   b <- beta b + (1 - beta) mean_m R_m
 *
 * t runs over the users that the walk visited.
 */
export const reinforce: LearnerKind = {
  name: 'reinforce',
  space: 'action',
  settings: ['learningRate', 'credit', 'baselineDecay'],
  make(features, scorer, config, rng) {
    const { learningRate: alpha = 1, credit, temperature, baselineDecay: beta } = config
    const theta = scorer.start(features.names.length, rng)
    const pi = { features, scorer, theta, temperature }
    const baseline = movingAverage(beta)
    return {
      ...actionSpace(pi, config.episodes),
      update(episodes) {
        const meanR = average(episodes.map((episode) => rewardOf(episode, credit)))
        const b = baseline.value() ?? meanR
        const gradient = new Float64Array(theta.length)
        for (const episode of episodes) {
          const { proposal, walk } = episode
          const A = advantageOver(b, episode, credit)
          addPolicyGradient(pi, proposal.logits, walk, A, gradient)
        }
        ascend(pi, alpha / episodes.length, gradient)
        baseline.add(meanR)
      },
    }
  },
}
