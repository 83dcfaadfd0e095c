import { z } from 'zod'
import { promptNames } from './prompt.js'

/** What an understudy is asked. */
export const augmentationConfig = z.strictObject({
  /** Pairs of cold items put to each selected user, P. */
  pairsPerUser: z.number().int().min(1).default(10),
  /**
   * Which pairs: any (`uniform`); each item once before one comes again (`balanced`); those that the words of the history
   * tell apart most (`confident`) or least (`uncertain`) of `placementDraws` times as many.
   */
  placement: z.enum(['uniform', 'balanced', 'confident', 'uncertain']).default('uniform'),
  placementDraws: z.number().int().min(2).default(30),
  /** The form of the prompt. */
  prompt: z.enum(promptNames).default('llm-user'),
  /** Items that llm-user-recent-n and llm-user-top-rated show. */
  historyItems: z.number().int().min(1).default(10),
  /** Most tokens (o200k) of the history's lines; the oldest items are left out until it fits. null = no limit. */
  historyTokens: z.number().int().min(0).nullable().default(null),
  /** `choice`: which of two is preferred, 1 or 2. `likelihood`: how much likelier the history makes each item's text; no order, so no position bias (GGUF models only). */
  asking: z.enum(['choice', 'likelihood']).default('choice'),
  /** Ask each pair in both orders and average the margins. Absent = yes, but not the offline reader, to whom order is nothing. */
  bothOrders: z.boolean().optional(),
  /** Pairs whose two orders chose the same position: by their mean margin like any other, out, or at half the weight. Without margins they say nothing and are out. */
  disagreeing: z.enum(['keep', 'drop', 'down-weight']).default('keep'),
  /** Contextual calibration (Zhao et al. 2021): subtract the margin of the same question without a history, asked once more. */
  calibrate: z.boolean().default(false),
  /** Share of the answers that are turned round at random: a simulation of a worse judge, for ablations. */
  noise: z.number().min(0).max(0.5).default(0),
  /** Draws the questions; absent = the seed of the trial. Set it to reuse paid answers across seeds. */
  questionSeed: z.number().int().nonnegative().optional(),
})

export type AugmentationConfig = z.infer<typeof augmentationConfig>
