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
import { sigmoid } from '../selection.js'

/**
 * Proximal policy optimisation (Schulman et al. 2017), clipped objective, with REINFORCE's
 * moving-average baseline b:
 *
 *   maximise 1/M sum_m sum_t min(r_t A_m, clip(r_t, 1 - eps, 1 + eps) A_m),
 *   r_t = pi(a_t | f_t) / pi_old(a_t | f_t)
 *
 * by `ppoEpochs` gradient steps. One epoch without a clip is REINFORCE, since r_t = 1.
 */
export const ppo: LearnerKind = {
  name: 'ppo',
  space: 'action',
  settings: ['learningRate', 'credit', 'baselineDecay', 'ppoEpochs', 'clipRatio'],
  make(features, scorer, config, rng) {
    const { learningRate: alpha = 1, credit, temperature, baselineDecay: beta } = config
    const theta = scorer.start(features.names.length, rng)
    const pi = { features, scorer, theta, temperature }
    const baseline = movingAverage(beta)
    const eps = config.clipRatio ?? Infinity
    const probability = (logit: number, a: number) =>
      sigmoid((a === 1 ? logit : -logit) / temperature)
    return {
      ...actionSpace(pi, config.episodes),
      update(episodes) {
        const meanR = average(episodes.map((episode) => rewardOf(episode, credit)))
        const b = baseline.value() ?? meanR
        for (let epoch = 0; epoch < config.ppoEpochs; epoch++) {
          const logits = scorer.logits(features, theta)
          const gradient = new Float64Array(theta.length)
          for (const episode of episodes) {
            const old = episode.proposal.logits
            const A = advantageOver(b, episode, credit)
            // grad min(r A, clip(r) A) = r A grad log pi, or 0 where the clip holds r back.
            const clipped = (k: number, a: number) => {
              const r = probability(logits[k], a) / probability(old[k], a)
              const own = A(k, a)
              return (own > 0 && r > 1 + eps) || (own < 0 && r < 1 - eps) ? 0 : r * own
            }
            addPolicyGradient(pi, logits, episode.walk, clipped, gradient)
          }
          ascend(pi, alpha / episodes.length, gradient)
        }
        baseline.add(meanR)
      },
    }
  },
}
