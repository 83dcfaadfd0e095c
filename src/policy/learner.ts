import type { UserFeatures } from '../features/features.js'
import type { Stream } from '../util/random.js'
import type { Scorer } from './scorer.js'
import type { Walk } from './selection.js'
import type { PolicyConfig } from './settings.js'

/** A selection to try in one episode, by the logits of the candidates. */
export interface Proposal {
  /** Logits of the candidates [n]. */
  logits: Float64Array
  /** How N users are drawn: by a sampled walk, or the N with the highest logits (`top`). */
  draw: 'walk' | 'top'
}

/** A proposal that was tried, and its reward. */
export interface Episode {
  /** The proposal, one of those that the learner made. */
  proposal: Proposal
  /** The decisions under the proposal's logits. */
  walk: Walk
  /** Mean over the evaluated users of recall minus the user's own baseline. */
  reward: number
  /** Recall minus baseline of each candidate [n]; 0 where the user has no relevant item. */
  userReward: Float64Array
}

/**
 * A learner at work: it proposes selections and learns from their rewards. Deliberately not in it:
 * how an episode is run (experiment).
 */
export interface Learner {
  /** Proposes the selections of an iteration, one an episode [M]. */
  propose(): Proposal[]
  /** Learns from the episodes of the last proposals, in their order [M]. */
  update(episodes: Episode[]): void
  /** Logits of the candidates under what has been learned [n]. */
  logits(): Float64Array
  /** The scorer's learned weights [size], for tables and files. */
  weights(): Float64Array
}

/**
 * Makes a learner over these candidates. `rng` draws the scorer's first weights and the
 * perturbations.
 */
export type MakeLearner = (
  features: UserFeatures,
  scorer: Scorer,
  config: PolicyConfig,
  rng: Stream,
) => Learner

/** A way to learn a policy: an entry of the registry `learners`. */
export interface LearnerKind {
  /** Name, as `policy.learner` takes it. */
  readonly name: string
  /**
   * `action`: proposes its one policy M times, each drawn by the walk; the reward has a baseline
   * for each user. `parameter`: proposes M policies with perturbed weights, whose top N are taken;
   * only the order of their rewards counts.
   */
  readonly space: 'action' | 'parameter'
  /**
   * Settings that this learner reads and some other learner does not. A setting that no learner
   * lists counts for all of them.
   */
  readonly settings: readonly (keyof PolicyConfig)[]
  /** Starts a run of the learner. */
  readonly make: MakeLearner
}
