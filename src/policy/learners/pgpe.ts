import type { LearnerKind } from '../learner.js'
import { ranks } from '../ranks.js'

/**
 * Policy gradients with parameter-based exploration (Sehnke et al. 2010), antithetic, rank-shaped
 * rewards:
 *
 *   theta+-_i = mu +- sigma eps_i,
 *   eps_i ~ N(0, 1)           i = 1 .. M/2; each takes its top N users
 *   mu += alpha sigma / (M/2) * sum_i (u+_i - u-_i) eps_i
 *   u = rank of the reward among the M, in [-1, 1]
 *   sigma <- decay sigma
 *
 * An odd episode is mu itself, which moves nothing.
 */
export const pgpe: LearnerKind = {
  name: 'pgpe',
  space: 'parameter',
  settings: ['learningRate', 'sigma', 'sigmaDecay'],
  make(features, scorer, config, rng) {
    const { learningRate: alpha = 1, episodes: M, sigmaDecay } = config
    const half = Math.floor(M / 2)
    const mu = scorer.start(features.names.length, rng)
    let sigma = config.sigma
    let eps: Float64Array[] = []
    return {
      propose() {
        eps = Array.from({ length: half }, () => mu.map(() => rng.normal()))
        const proposals: Float64Array[] = eps.flatMap((e) =>
          [1, -1].map((sign) => mu.map((x, j) => x + sign * sigma * e[j])),
        )
        if (M % 2 === 1) proposals.push(mu)
        return proposals.map((theta) => ({ logits: scorer.logits(features, theta), draw: 'top' }))
      },
      update(episodes) {
        const u = ranks(episodes.slice(0, 2 * half).map(({ reward }) => reward))
        for (let j = 0; j < mu.length; j++) {
          let sum = 0
          eps.forEach((e, i) => (sum += (u[2 * i] - u[2 * i + 1]) * e[j]))
          mu[j] += ((alpha * sigma) / half) * sum
        }
        sigma *= sigmaDecay
      },
      logits: () => scorer.logits(features, mu),
      weights: () => mu.slice(),
    }
  },
}
