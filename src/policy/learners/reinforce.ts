import type { MakeLearner } from '../learner.js'
import { actionSpace, addPolicyGradient, advantageOver, mean, movingAverage, rewardOf } from '../policy-gradient.js'

/**
 * REINFORCE (Williams 1992) with an exponential moving average b of the reward as baseline:
 *
 *   theta += alpha / M * sum_m sum_t A_m grad log pi(a_t | f_t),   A_m = R_m - b,   b <- beta b + (1 - beta) mean_m R_m
 *
 * t runs over the users that the walk visited.
 */
export const reinforce: MakeLearner = (features, scorer, config, rng) => {
  const { learningRate: alpha = 1, credit, temperature, baselineDecay } = config
  const theta = scorer.start(features.names.length, rng)
  const baseline = movingAverage(baselineDecay)
  return {
    ...actionSpace(features, scorer, theta, config),
    update(episodes) {
      const meanR = mean(episodes.map((episode) => rewardOf(episode, credit)))
      const b = baseline.value() ?? meanR
      const gradient = new Float64Array(theta.length)
      for (const episode of episodes) {
        const { proposal, walk } = episode
        addPolicyGradient(features, scorer, theta, { logits: proposal.logits, walk }, advantageOver(b, episode, credit), temperature, gradient)
      }
      for (let j = 0; j < theta.length; j++) theta[j] += (alpha / episodes.length) * gradient[j]
      baseline.add(meanR)
    },
  }
}
