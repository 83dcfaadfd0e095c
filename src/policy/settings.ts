import { z } from 'zod'

/**
 * Schema of section `policy`, in which learner and scorer can be any text. `policyConfig`
 * (config.ts) checks the two names against the registries, whose entries take the type of the
 * settings from here: if they took it from config.ts, the imports would form a circle.
 */
export const policySettings = z.strictObject({
  /** Number of users that are selected, N. */
  budget: z.number().int().min(1).default(300),
  /**
   * Name of a learner. In action space it learns by the gradient of sampled selections, in
   * parameter space by perturbing the weights of the scorer.
   */
  learner: z.string(),
  /** Name of a scorer. */
  scorer: z.string(),
  /** Hidden units of the scorer `mlp`. */
  hiddenUnits: z.number().int().min(1).max(256).default(8),
  /** Independent runs whose standardised logits are averaged. */
  runs: z.number().int().min(1).default(3),
  /** Policy updates of a run. */
  iterations: z.number().int().min(1).default(8),
  /** Episodes of an iteration, M; each takes one training. */
  episodes: z.number().int().min(2).default(10),
  /**
   * Step size on the weights. Absent: the learner's own default, which is 1 for those of this
   * package.
   */
  learningRate: z.number().positive().optional(),
  /** Temperature of the sampler: pi(a = 1 | f) = sigmoid(logit / temperature). */
  temperature: z.number().positive().default(1),
  /** `set`: one reward for the whole selection. `user`: each selected user's own. */
  credit: z.enum(['set', 'user']).default('set'),
  /** Weight of the past in the moving average that is the baseline, or in the critic. */
  baselineDecay: z.number().min(0).lt(1).default(0.8),
  /** Passes of the learner `ppo` over an iteration's episodes. */
  ppoEpochs: z.number().int().min(1).default(4),
  /** Clip ratio of the learner `ppo`; null = no clip. */
  clipRatio: z.number().positive().nullable().default(0.2),
  /** Standard deviation of the perturbed weights at the start (`pgpe`, `cem`). */
  sigma: z.number().positive().default(1),
  /** Factor of sigma (`pgpe`), or of the noise that is added back (`cem`), after each iteration. */
  sigmaDecay: z.number().positive().max(1).default(0.9),
  /** Share of an iteration's proposals that the learner `cem` moves to. */
  eliteShare: z.number().positive().max(1).default(0.25),
  /** Cut-off K of the reward, cold recall@K on the validation half. */
  rewardK: z.number().int().min(1).default(50),
  /**
   * Model that a reward is measured on. `proxy`: cold items fitted to the pairs on a frozen warm
   * model; `fine-tune`: the warm model trained one more epoch with the pairs; `early-stop`: a
   * training of one epoch; `full`: a whole training.
   */
  reward: z.enum(['proxy', 'fine-tune', 'early-stop', 'full']).default('proxy'),
  /**
   * Size of a random pool of users inside which the policy learns, so that no others are asked
   * about. null = all candidates.
   */
  pool: z.number().int().min(2).nullable().default(null),
  /**
   * Who answers while learning: the chat model of `llm` (`same`), or the offline reader, which is
   * free.
   */
  judge: z.enum(['same', 'offline']).default('same'),
  /** How the learned policy selects in the end: its top N (`top`), or a sampled walk (`sample`). */
  deploy: z.enum(['top', 'sample']).default('top'),
})

/**
 * How many users are selected, and how a policy that selects them is learned. Defaults:
 * `readConfig({}).policy`.
 */
export interface PolicyConfig extends z.infer<typeof policySettings> {}
