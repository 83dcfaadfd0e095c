import { z } from 'zod'

/** Schema of section `split`. */
export const splitConfig = z.strictObject({
  /**
   * `temporal`: items first seen after a cut in time are cold. `random`: cold items are drawn.
   * `leave-one-out`: no item is cold.
   */
  kind: z.enum(['temporal', 'random', 'leave-one-out']).default('temporal'),
  /** `temporal`: the quantile of all timestamps at which time is cut, 0 to 1. */
  quantile: z.number().gt(0).lt(1).default(0.7),
  /** `random`: share of the items that are made cold. */
  coldShare: z.number().gt(0).lt(1).default(0.1),
  /**
   * `random`: share of the interactions with warm items that are held out, to measure warm recall.
   */
  warmHoldout: z.number().min(0).lt(1).default(0.1),
  /** Draws the halves of the cold items and, with `random`, the cold items. */
  seed: z.number().int().nonnegative().default(0),
})

/**
 * How interactions are divided into train, validation and test. Defaults: `readConfig({}).split`.
 */
export interface SplitConfig extends z.infer<typeof splitConfig> {}
