import { z } from 'zod'

/**
 * Schema of section `augmentation`, in which placement, prompt and asking can be any text.
 * `augmentationConfig` (config.ts) checks these names against the registries and has their
 * defaults.
 */
export const augmentationSettings = z.strictObject({
  /** Pairs of cold items that are put to each selected user, P. */
  pairsPerUser: z.number().int().min(1).default(10),
  /** Name of a placement: which pairs a user is asked about. */
  placement: z.string(),
  /** Number of pairs drawn for each pair that the placements `confident` and `uncertain` keep. */
  placementDraws: z.number().int().min(2).default(30),
  /** Name of a prompt form: which part of the history is shown. */
  prompt: z.string(),
  /** Number of items that the prompt forms `llm-user-recent-n` and `llm-user-top-rated` show. */
  historyItems: z.number().int().min(1).default(10),
  /**
   * Most tokens (o200k) of the history's lines; the oldest items are left out until it fits. null =
   * no limit.
   */
  historyTokens: z.number().int().min(0).nullable().default(null),
  /**
   * Name of a way of asking. `choice`: which of two is preferred, 1 or 2. `likelihood`: how much
   * likelier the history makes the text of each item (GGUF models only); there is no order, so no
   * position bias.
   */
  asking: z.string(),
  /**
   * Whether each pair is asked in both orders and the margins are averaged. Absent: yes, except
   * with the offline reader.
   */
  bothOrders: z.boolean().optional(),
  /**
   * Pairs whose two orders chose the same position: `keep` follows the mean margin, `drop` leaves
   * them out, `down-weight` keeps them at half the weight. Without margins they are always left
   * out.
   */
  disagreeing: z.enum(['keep', 'drop', 'down-weight']).default('keep'),
  /**
   * Contextual calibration (Zhao et al. 2021): whether the margin of the same question without a
   * history, asked once more, is subtracted.
   */
  calibrate: z.boolean().default(false),
  /** Share of the answers that are swapped at random, to simulate a worse judge. */
  noise: z.number().min(0).max(0.5).default(0),
  /**
   * Draws the questions. Absent: the seed of the trial does. Set it to reuse paid answers across
   * seeds.
   */
  questionSeed: z.number().int().nonnegative().optional(),
})

/**
 * Questions that a chat model which plays a user is asked; every setting can change an answer or a
 * pair. Defaults: `readConfig({}).augmentation`.
 */
export interface AugmentationConfig extends z.infer<typeof augmentationSettings> {}
