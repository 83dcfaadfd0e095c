import { z } from 'zod'

/** How interactions are divided into train, validation and test. */
export const splitConfig = z.strictObject({
  /** `temporal`: items first seen after a cut in time are cold. `random`: cold items drawn by seed. `leave-one-out`: no cold items. */
  kind: z.enum(['temporal', 'random', 'leave-one-out']).default('temporal'),
  /** temporal: the quantile of all timestamps at which time is cut. */
  quantile: z.number().gt(0).lt(1).default(0.7),
  /** random: share of the items made cold. */
  coldShare: z.number().gt(0).lt(1).default(0.1),
  /** random: share of the warm interactions held out to measure warm recall. */
  warmHoldout: z.number().min(0).lt(1).default(0.1),
  /** Draws the validation and test halves of the cold items, and the random split. */
  seed: z.number().int().nonnegative().default(0),
})

export type SplitConfig = z.infer<typeof splitConfig>
