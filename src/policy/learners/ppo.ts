import type { MakeLearner } from '../learner.js'
import { actionSpace, addPolicyGradient, advantageOver, mean, movingAverage, rewardOf } from '../policy-gradient.js'
import { sigmoid } from '../selection.js'

/**
 * Proximal policy optimisation (Schulman et al. 2017), clipped objective, with REINFORCE's moving-average baseline:
 *
 *   maximise 1/M sum_m sum_t min(r_t A_m, clip(r_t, 1 - eps, 1 + eps) A_m),   r_t = pi(a_t | f_t) / pi_old(a_t | f_t)
 *
 * by `ppoEpochs` gradient steps. One epoch without a clip is REINFORCE, since r_t = 1.
 */
export const ppo: MakeLearner = (features, scorer, config, rng) => {
  const { learningRate: alpha = 1, credit, temperature, baselineDecay, ppoEpochs, clipRatio } = config
  const theta = scorer.start(features.names.length, rng)
  const baseline = movingAverage(baselineDecay)
  const eps = clipRatio ?? Infinity
  return {
    ...actionSpace(features, scorer, theta, config),
    update(episodes) {
      const meanR = mean(episodes.map((episode) => rewardOf(episode, credit)))
      const b = baseline.value() ?? meanR
      for (let epoch = 0; epoch < ppoEpochs; epoch++) {
        const logits = scorer.logits(features, theta)
        const gradient = new Float64Array(theta.length)
        for (const episode of episodes) {
          const { proposal, walk } = episode
          const A = advantageOver(b, episode, credit)
          const clipped = (k: number, a: number) => {
            const r = probability(logits[k], a, temperature) / probability(proposal.logits[k], a, temperature)
            const own = A(k, a)
            return (own > 0 && r > 1 + eps) || (own < 0 && r < 1 - eps) ? 0 : r * own
          }
          addPolicyGradient(features, scorer, theta, { logits, walk }, clipped, temperature, gradient)
        }
        for (let j = 0; j < theta.length; j++) theta[j] += (alpha / episodes.length) * gradient[j]
      }
      baseline.add(meanR)
    },
  }
}

function probability(logit: number, a: number, temperature: number): number {
  return sigmoid((a === 1 ? logit : -logit) / temperature)
}
