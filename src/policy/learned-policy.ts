/** One run of a learner: plain JSON, so that it can be kept and used on other data. */
export interface LearningRun {
  /**
   * The scorer's learned weights; of `linear`, one a feature in the order of
   * `LearnedPolicy.features`, then the bias.
   */
  weights: number[]
  /** The weights after each iteration [iterations]. */
  path: number[][]
  /** Mean reward over the episodes of each iteration [iterations]. */
  rewards: number[]
  /** Standard deviation of the reward over the episodes of each iteration [iterations]. */
  deviations: number[]
  /**
   * Share of the top N after each iteration that was in the top N an iteration before [iterations -
   * 1].
   */
  overlaps: number[]
  /**
   * exp(entropy) of how often each user was taken over the run: the effective number of users that
   * were tried.
   */
  effectiveUsers: number
  /**
   * Mean over the candidates of the entropy of pi(a | f) at the end, nats; ln 2 = .693 is a coin.
   */
  entropy: number
}

/** A learned policy: the weights of several runs, whose standardised logits are averaged. */
export interface LearnedPolicy {
  /** Names of the features that it reads, in the order of its weights. */
  features: string[]
  /** The runs [policy.runs]. */
  runs: LearningRun[]
  /**
   * Number of distinct users that were asked about while learning; times the questions a user, the
   * bill of learning.
   */
  usersAsked: number
  /** Number of trainings that learning took. */
  trainings: number
}

/** How far the learning of a policy is, after an iteration. */
export interface LearningProgress {
  /** Name of the learner. */
  learner: string
  /** Iterations that are done, of all runs together. */
  iteration: number
  /** Iterations that there will be. */
  iterations: number
  /** Mean reward of the episodes of the last iteration. */
  reward: number
}
