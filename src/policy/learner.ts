import type { UserFeatures } from '../features/features.js'
import type { Stream } from '../util/random.js'
import type { PolicyConfig } from './config.js'
import type { Scorer } from './scorer.js'
import type { Walk } from './selection.js'

/** A policy to try: candidates' logits, and whether N users are drawn by the walk or the N highest taken. */
export interface Proposal {
  logits: Float64Array
  draw: 'walk' | 'top'
}

/** A tried proposal and what it paid. */
export interface Episode {
  proposal: Proposal
  walk: Walk
  /** Mean over the evaluated users of recall minus their own baseline. */
  reward: number
  /** The same for each candidate [n]; 0 where the user has nothing to be found. */
  userReward: Float64Array
}

/**
 * How a policy learns. A learner in action space proposes its one policy M times, to be sampled; one in parameter space
 * proposes M perturbed policies and takes their top N. Deliberately not in it: what an episode is (experiment).
 */
export interface Learner {
  /** The policies that this iteration tries, one an episode. */
  propose(): Proposal[]
  /** Learns from the episodes of the proposals, in their order. */
  update(episodes: Episode[]): void
  /** Logits of what has been learned [n]. */
  logits(): Float64Array
  /** Weights of the scorer, for tables and files. */
  weights(): Float64Array
}

/** Makes a learner. `rng` starts the scorer's weights and perturbs them. */
export type MakeLearner = (features: UserFeatures, scorer: Scorer, config: PolicyConfig, rng: Stream) => Learner
