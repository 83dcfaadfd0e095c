import type { UserFeatures } from '../features/features.js'
import type { Stream } from '../util/random.js'
import type { PolicyConfig } from './settings.js'

/** A function of a user's scaled features f_u, logit(u), whose weights are learned. */
export interface Scorer {
  /** Name of its form. */
  readonly name: string
  /** Number of weights for `numFeatures` features. */
  size(numFeatures: number): number
  /** Weights to start from [size]. */
  start(numFeatures: number, rng: Stream): Float64Array
  /** Logits of all candidates [n]. */
  logits(features: UserFeatures, weights: Float64Array): Float64Array
  /** Adds scale * d logit(k) / d weights to `out` [size]; k is the position of a candidate. */
  addGradient(
    features: UserFeatures,
    weights: Float64Array,
    k: number,
    scale: number,
    out: Float64Array,
  ): void
}

/** A form of scorer: an entry of the registry `scorers`. */
export interface ScorerKind {
  /** Name, as `policy.scorer` takes it. */
  readonly name: string
  /** Settings that only this scorer reads. */
  readonly settings: readonly (keyof PolicyConfig)[]
  /** Makes a scorer with these settings. */
  make(config: PolicyConfig): Scorer
}
