import type { UserFeatures } from '../features/features.js'

/** Turns a user's scaled features into a logit. */
export interface Scorer {
  name: string
  /** Number of weights for `numFeatures` features. */
  size(numFeatures: number): number
  /** Logits [n] of all candidates. */
  logits(features: UserFeatures, weights: Float64Array): Float64Array
  /** Adds scale * d logit(k) / d weights to `out`. */
  addGradient(features: UserFeatures, weights: Float64Array, k: number, scale: number, out: Float64Array): void
}

/** logit(u) = w . f_u + b; weights = [w, b]. */
export const linearScorer: Scorer = {
  name: 'linear',
  size: (numFeatures) => numFeatures + 1,
  logits({ scaled, users, names }, weights) {
    const f = names.length
    const logits = new Float64Array(users.length).fill(weights[f])
    for (let k = 0; k < logits.length; k++) for (let j = 0; j < f; j++) logits[k] += weights[j] * scaled[k * f + j]
    return logits
  },
  addGradient({ scaled, names }, _weights, k, scale, out) {
    const f = names.length
    for (let j = 0; j < f; j++) out[j] += scale * scaled[k * f + j]
    out[f] += scale
  },
}
