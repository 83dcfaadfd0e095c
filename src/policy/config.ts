import { z } from 'zod'
import { learnerNames } from './learners/names.js'

/** Who is selected, and how a policy learns to. */
export const policyConfig = z.strictObject({
  /** Number of users that are simulated, N. */
  budget: z.number().int().min(1).default(300),
  /** How a policy learns: by the gradient of sampled selections, or (pgpe, cem) by perturbing the scorer's weights. */
  learner: z.enum(learnerNames).default('pgpe'),
  scorer: z.enum(['linear', 'mlp']).default('linear'),
  /** Hidden units of scorer `mlp`. */
  hiddenUnits: z.number().int().min(1).max(256).default(8),
  /** Independent runs whose standardised logits are averaged. */
  runs: z.number().int().min(1).default(3),
  /** Policy updates of a run. */
  iterations: z.number().int().min(1).default(8),
  /** Trainings an update, M. */
  episodes: z.number().int().min(2).default(10),
  /** Step size on the weights; absent = the learner's own default. */
  learningRate: z.number().positive().optional(),
  /** pi(a = 1 | f) = sigmoid(logit / temperature) */
  temperature: z.number().positive().default(1),
  /** One reward for the whole selection, or each selected user's own. */
  credit: z.enum(['set', 'user']).default('set'),
  /** Weight of the past in the moving-average baseline. */
  baselineDecay: z.number().min(0).lt(1).default(0.8),
  /** Passes of PPO over an iteration's episodes, and its clip ratio (null = no clip). */
  ppoEpochs: z.number().int().min(1).default(4),
  clipRatio: z.number().positive().nullable().default(0.2),
  /** Standard deviation of the perturbed weights at the start, and its factor an iteration (pgpe, cem). */
  sigma: z.number().positive().default(1),
  sigmaDecay: z.number().positive().max(1).default(0.9),
  /** Share of an iteration's proposals that CEM moves to. */
  eliteShare: z.number().positive().max(1).default(0.25),
  /** Cut-off K of the reward, cold recall@K on the validation half. */
  rewardK: z.number().int().min(1).default(50),
  /**
   * What a reward is measured on: `proxy` = cold items fitted to the pairs on a frozen warm model; `fine-tune` = the warm
   * model trained one more epoch with the pairs; `early-stop` = a training of one epoch; `full`.
   */
  reward: z.enum(['proxy', 'fine-tune', 'early-stop', 'full']).default('proxy'),
  /** Learn in a random pool of this many users, so that no others are asked; null = all candidates. */
  pool: z.number().int().min(2).nullable().default(null),
  /** Who answers while learning: the chat model of `llm`, or the offline reader, which is free. */
  judge: z.enum(['same', 'offline']).default('same'),
  /** How the learned policy selects in the end: its top N, or a sampled walk. */
  deploy: z.enum(['top', 'sample']).default('top'),
})

export type PolicyConfig = z.infer<typeof policyConfig>
