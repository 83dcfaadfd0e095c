import { z } from 'zod'

/** Who is selected, and how a policy learns to. */
export const policyConfig = z.strictObject({
  /** Number of users that are simulated, N. */
  budget: z.number().int().min(1).default(300),
  learner: z.enum(['reinforce']).default('reinforce'),
  scorer: z.enum(['linear']).default('linear'),
  /** Policy updates. */
  iterations: z.number().int().min(1).default(12),
  /** Trainings an update, M. */
  episodes: z.number().int().min(1).default(20),
  /** Step size on the weights. */
  learningRate: z.number().positive().default(1),
  /** pi(a = 1 | f) = sigmoid(logit / temperature) */
  temperature: z.number().positive().default(1),
  /** One reward for the whole selection, or each selected user's own. */
  credit: z.enum(['set', 'user']).default('set'),
  /** Weight of the past in the moving-average baseline. */
  baselineDecay: z.number().min(0).lt(1).default(0.8),
  /** Cut-off K of the reward, cold recall@K on the validation half. */
  rewardK: z.number().int().min(1).default(50),
  /** Reward from proxy training on a frozen model, or from full trainings. */
  reward: z.enum(['proxy', 'full']).default('proxy'),
  /** How the learned policy selects in the end: its top N, or a sampled walk. */
  deploy: z.enum(['top', 'sample']).default('top'),
})

export type PolicyConfig = z.infer<typeof policyConfig>
