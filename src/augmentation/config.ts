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
  /** Ask each pair in both orders and average the margins; a pair whose two answers disagree and have no margin is dropped. */
  bothOrders: z.boolean().default(false),
  /** Share of the answers that are turned round at random: a simulation of a worse judge, for ablations. */
  noise: z.number().min(0).max(0.5).default(0),
  /** Draws the questions; absent = the seed of the trial. Set it to reuse paid answers across seeds. */
  questionSeed: z.number().int().nonnegative().optional(),
})

export type AugmentationConfig = z.infer<typeof augmentationConfig>
