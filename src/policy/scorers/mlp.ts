import type { UserFeatures } from '../../features/features.js'
import type { Scorer, ScorerKind } from '../scorer.js'

/**
 * One hidden layer of H units: logit(u) = v . h + c with h_i = s(w_i . f_u + b_i), where
 * s(x) = x / (1 + |x|) is the softsign, which has the same bits everywhere.
 * weights = [w_1, b_1, ..., w_H, b_H, v, c]; w and b from N(0, 1/f), v and c from 0.
 */
export function mlpScorer(H: number): Scorer {
  /** Position of v among the weights, for f features. */
  const offset = (f: number) => H * (f + 1)
  return {
    name: 'mlp',
    size: (f) => offset(f) + H + 1,
    start(f, rng) {
      const weights = new Float64Array(offset(f) + H + 1)
      for (let j = 0; j < offset(f); j++) weights[j] = rng.normal() / Math.sqrt(f)
      return weights
    },
    logits(features, weights) {
      const v = offset(features.names.length)
      return Float64Array.from(features.users, (_, k) => {
        let logit = weights[v + H]
        for (let i = 0; i < H; i++)
          logit += weights[v + i] * softsign(activation(features, weights, k, i))
        return logit
      })
    },
    addGradient(features, weights, k, scale, out) {
      const f = features.names.length
      const v = offset(f)
      for (let i = 0; i < H; i++) {
        const x = activation(features, weights, k, i)
        out[v + i] += scale * softsign(x)
        // s'(x) = 1 / (1 + |x|)^2
        const back = (scale * weights[v + i]) / (1 + Math.abs(x)) ** 2
        for (let j = 0; j < f; j++) out[i * (f + 1) + j] += back * features.scaled[k * f + j]
        out[i * (f + 1) + f] += back
      }
      out[v + H] += scale
    },
  }
}

/** w_i . f_u + b_i of the candidate at position k. */
function activation(
  { scaled, names }: UserFeatures,
  weights: Float64Array,
  k: number,
  i: number,
): number {
  const f = names.length
  let x = weights[i * (f + 1) + f]
  for (let j = 0; j < f; j++) x += weights[i * (f + 1) + j] * scaled[k * f + j]
  return x
}

const softsign = (x: number) => x / (1 + Math.abs(x))

/** Scorer `mlp`. */
export const mlp: ScorerKind = {
  name: 'mlp',
  settings: ['hiddenUnits'],
  make: ({ hiddenUnits }) => mlpScorer(hiddenUnits),
}
