import type { UserFeatures } from '../features/features.js'
import type { Stream } from '../util/random.js'
import type { PolicyConfig } from './config.js'

/** Turns a user's scaled features into a logit. */
export interface Scorer {
  name: string
  /** Number of weights for `numFeatures` features. */
  size(numFeatures: number): number
  /** Weights to start from. */
  start(numFeatures: number, rng: Stream): Float64Array
  /** Logits [n] of all candidates. */
  logits(features: UserFeatures, weights: Float64Array): Float64Array
  /** Adds scale * d logit(k) / d weights to `out`. */
  addGradient(features: UserFeatures, weights: Float64Array, k: number, scale: number, out: Float64Array): void
}

/** logit(u) = w . f_u + b; weights = [w, b], from 0. */
export const linearScorer: Scorer = {
  name: 'linear',
  size: (numFeatures) => numFeatures + 1,
  start: (numFeatures) => new Float64Array(numFeatures + 1),
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

/**
 * One hidden layer: logit(u) = v . h + c with h_i = s(w_i . f_u + b_i), s(x) = x / (1 + |x|) (softsign, the same bits
 * everywhere). weights = [w_1, b_1, ..., w_H, b_H, v, c]; w, b from N(0, 1/f), v and c from 0.
 */
export function mlpScorer(hidden: number): Scorer {
  const offset = (f: number) => hidden * (f + 1)
  const activation = ({ scaled, names }: UserFeatures, weights: Float64Array, k: number, i: number) => {
    const f = names.length
    let x = weights[i * (f + 1) + f]
    for (let j = 0; j < f; j++) x += weights[i * (f + 1) + j] * scaled[k * f + j]
    return x
  }
  const softsign = (x: number) => x / (1 + Math.abs(x))
  return {
    name: 'mlp',
    size: (f) => offset(f) + hidden + 1,
    start(f, rng) {
      const weights = new Float64Array(offset(f) + hidden + 1)
      for (let j = 0; j < offset(f); j++) weights[j] = rng.normal() / Math.sqrt(f)
      return weights
    },
    logits(features, weights) {
      const v = offset(features.names.length)
      return Float64Array.from(features.users, (_, k) => {
        let logit = weights[v + hidden]
        for (let i = 0; i < hidden; i++) logit += weights[v + i] * softsign(activation(features, weights, k, i))
        return logit
      })
    },
    addGradient(features, weights, k, scale, out) {
      const f = features.names.length
      const v = offset(f)
      for (let i = 0; i < hidden; i++) {
        const x = activation(features, weights, k, i)
        out[v + i] += scale * softsign(x)
        const back = (scale * weights[v + i]) / (1 + Math.abs(x)) ** 2
        for (let j = 0; j < f; j++) out[i * (f + 1) + j] += back * features.scaled[k * f + j]
        out[i * (f + 1) + f] += back
      }
      out[v + hidden] += scale
    },
  }
}

export function scorerOf({ scorer, hiddenUnits }: PolicyConfig): Scorer {
  return scorer === 'linear' ? linearScorer : mlpScorer(hiddenUnits)
}
