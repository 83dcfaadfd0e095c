import { z } from 'zod'

/** Hyper-parameters of the two-tower model; the defaults are the starting point found on Amazon Beauty. */
export const twoTowerConfig = z.strictObject({
  /** Embedding dimension D. */
  dim: z.number().int().min(1).max(1024).default(32),
  /** Interactions a step, B; pairs a step are ceil(B / 4). */
  batchSize: z.number().int().min(2).max(8192).default(128),
  /** Passes over the training interactions. */
  epochs: z.number().int().min(0).default(5),
  /** Adagrad's step size. */
  learningRate: z.number().positive().default(0.05),
  /** Softmax temperature T. */
  temperature: z.number().positive().default(1),
  /** Standard deviation of the initial embeddings. */
  initStd: z.number().nonnegative().default(0.02),
  /** Adagrad's accumulators at the start: near 0, because the usual .1 stops a mean-reduced loss from moving. */
  accumulatorInit: z.number().positive().default(1e-6),
  /** Weight w of the BPR loss on the augmented pairs. */
  pairWeight: z.number().nonnegative().default(0.2),
  /** Which rows the pairs move: users and items (the paper's), or only the items. */
  pairGradient: z.enum(['joint', 'items']).default('items'),
  /** Weight each pair by its margin, tanh(margin / 2), as far as the chat model gives one. */
  pairMargins: z.boolean().default(false),
  /** Proxy training: a frozen model whose cold items alone are fitted to the pairs. */
  proxy: z
    .strictObject({
      /** Passes over the pairs. */
      epochs: z.number().int().min(0).default(20),
      /** Pairs a step. */
      batchSize: z.number().int().min(1).default(32),
    })
    .prefault({}),
})

export type TwoTowerConfig = z.infer<typeof twoTowerConfig>

/** Item tower `bag`: what differs from the ID towers, since a step moves every token of an item. */
export const bagConfig = z.strictObject({
  learningRate: z.number().positive().default(0.02),
  epochs: z.number().int().min(0).default(5),
})

/** Item tower `content-map`: cold items by ridge regression from their text to the warm items' embeddings. */
export const contentMapConfig = z.strictObject({
  /** Rank of the truncated SVD of TF-IDF. */
  rank: z.number().int().min(1).max(512).default(128),
  /** Added to the diagonal of X^T W X, with W scaled to mean 1 over the warm items. */
  ridge: z.number().positive().default(1),
})

export type ContentMapConfig = z.infer<typeof contentMapConfig>
