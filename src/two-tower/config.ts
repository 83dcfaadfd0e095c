import { z } from 'zod'

/** Schema of section `model`. The defaults are the starting point found on Amazon Beauty. */
export const twoTowerConfig = z.strictObject({
  /** Embedding dimension D. */
  dim: z.number().int().min(1).max(1024).default(32),
  /** Interactions of a step, B; a step has ceil(B / 4) pairs. */
  batchSize: z.number().int().min(2).max(8192).default(128),
  /** Passes over the training interactions. */
  epochs: z.number().int().min(0).default(5),
  /** Adagrad's step size. */
  learningRate: z.number().positive().default(0.05),
  /** Softmax temperature T. */
  temperature: z.number().positive().default(1),
  /** Standard deviation of the initial embeddings. */
  initStd: z.number().nonnegative().default(0.02),
  /**
   * Adagrad's accumulators at the start. Near 0, because with the usual .1 a loss that is a mean
   * hardly moves.
   */
  accumulatorInit: z.number().positive().default(1e-6),
  /** Weight w of the BPR loss on the augmented pairs. */
  pairWeight: z.number().nonnegative().default(0.2),
  /**
   * Rows that the pairs move: `joint` = users and items, as in the paper; `items` = items alone.
   */
  pairGradient: z.enum(['joint', 'items']).default('items'),
  /**
   * Whether each pair is weighted by its margin, tanh(margin / 2), where the chat model gives one.
   */
  pairMargins: z.boolean().default(false),
  /** Proxy training: a frozen model of which the cold items alone are fitted to the pairs. */
  proxy: z
    .strictObject({
      /** Passes over the pairs. */
      epochs: z.number().int().min(0).default(20),
      /** Pairs a step. */
      batchSize: z.number().int().min(1).default(32),
    })
    .prefault({}),
})

/** Hyper-parameters of the two-tower model. Defaults: `readConfig({}).model`. */
export interface TwoTowerConfig extends z.infer<typeof twoTowerConfig> {}

/**
 * Schema of section `bag`: the settings in which the item tower `bag` differs from `model`, because
 * its steps move every token of an item.
 */
export const bagConfig = z.strictObject({
  /** Adagrad's step size. */
  learningRate: z.number().positive().default(0.02),
  /** Passes over the training interactions. */
  epochs: z.number().int().min(0).default(5),
})

/**
 * Hyper-parameters in which the item tower `bag` differs from `TwoTowerConfig`. Defaults:
 * `readConfig({}).bag`.
 */
export interface BagConfig extends z.infer<typeof bagConfig> {}

/**
 * Schema of section `contentMap`: ridge regression from the text of the items to the warm items'
 * embeddings, which places cold items.
 */
export const contentMapConfig = z.strictObject({
  /** Rank of the truncated SVD of TF-IDF. */
  rank: z.number().int().min(1).max(512).default(128),
  /** Added to the diagonal of X^T W X, with W scaled to mean 1 over the warm items. */
  ridge: z.number().positive().default(1),
})

/**
 * Settings of the item tower `content-map`: ridge regression from the text of the items to the warm
 * items' embeddings. Defaults: `readConfig({}).contentMap`.
 */
export interface ContentMapConfig extends z.infer<typeof contentMapConfig> {}
