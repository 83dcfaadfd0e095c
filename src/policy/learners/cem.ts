import { average } from '../../util/statistics.js'
import type { LearnerKind } from '../learner.js'
import { topPositions } from '../selection.js'

/**
 * The cross-entropy method (Rubinstein 1999) over the scorer's weights:
 *
 *   theta_m ~ N(mu, diag sigma^2)
 *   mu, sigma <- mean and deviation of the eliteShare best
 *   sigma += decay^i * 0.3 sigma_0
 *
 * The noise that is added back, and shrinks, keeps it from settling too soon (Szita and Lorincz
 * 2006).
 */
export const cem: LearnerKind = {
  name: 'cem',
  space: 'parameter',
  settings: ['sigma', 'sigmaDecay', 'eliteShare'],
  make(features, scorer, config, rng) {
    const { episodes: M, sigma: sigma0, sigmaDecay, eliteShare } = config
    const mu = scorer.start(features.names.length, rng)
    const sigma = mu.map(() => sigma0)
    let tried: Float64Array[] = []
    let extra = 0.3 * sigma0
    return {
      propose() {
        tried = Array.from({ length: M }, () => mu.map((x, j) => x + sigma[j] * rng.normal()))
        return tried.map((theta) => ({ logits: scorer.logits(features, theta), draw: 'top' }))
      },
      update(episodes) {
        const best = topPositions(
          episodes.map(({ reward }) => reward),
          Math.max(2, Math.round(eliteShare * M)),
        )
        const elite = Array.from(best, (m) => tried[m])
        for (let j = 0; j < mu.length; j++) {
          mu[j] = average(elite.map((theta) => theta[j]))
          sigma[j] = Math.sqrt(average(elite.map((theta) => (theta[j] - mu[j]) ** 2))) + extra
        }
        extra *= sigmaDecay
      },
      logits: () => scorer.logits(features, mu),
      weights: () => mu.slice(),
    }
  },
}
