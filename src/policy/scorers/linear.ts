import type { Scorer, ScorerKind } from '../scorer.js'

/** logit(u) = w . f_u + b; weights = [w, b], from 0. */
export const linearScorer: Scorer = {
  name: 'linear',
  size: (numFeatures) => numFeatures + 1,
  start: (numFeatures) => new Float64Array(numFeatures + 1),
  logits({ scaled, users, names }, weights) {
    const f = names.length
    const logits = new Float64Array(users.length).fill(weights[f])
    for (let k = 0; k < logits.length; k++)
      for (let j = 0; j < f; j++) logits[k] += weights[j] * scaled[k * f + j]
    return logits
  },
  addGradient({ scaled, names }, _weights, k, scale, out) {
    const f = names.length
    for (let j = 0; j < f; j++) out[j] += scale * scaled[k * f + j]
    out[f] += scale
  },
}

/** Scorer `linear`. */
export const linear: ScorerKind = { name: 'linear', settings: [], make: () => linearScorer }
