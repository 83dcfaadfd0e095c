import type { TwoTowerConfig } from './config.js'

/** User and item embeddings, row-major float32; the score of user u for item i is the dot product of their rows. */
export interface TwoTowerModel {
  dim: number
  /** [numUsers, dim] */
  users: Float32Array
  /** [numItems, dim] */
  items: Float32Array
}

/** Training interactions in dense indices. */
export interface TrainingData {
  /** [numInteractions] */
  user: Int32Array
  /** [numInteractions] */
  item: Int32Array
  /** Natural log of each item's empirical train frequency [numItems], floored for items never seen. */
  logQ: Float32Array
  /** Item tower `bag`: the item table holds tokens, and an item's vector is the sum of its tokens' rows. */
  bags?: Bags
}

/** Tokens of each item: those of item i are token[start[i] .. start[i + 1]). */
export interface Bags {
  /** [numItems + 1] */
  start: Int32Array
  /** Rows of the item table. */
  token: Int32Array
}

/** Preference pairs: `user[k]` prefers item `chosen[k]` to item `rejected[k]`. All [numPairs]. */
export interface Pairs {
  user: Int32Array
  chosen: Int32Array
  rejected: Int32Array
  /** Weight of each pair in the BPR loss; absent = 1. */
  weight?: Float32Array
}

/**
 * Everything random or ordered about a training, decided before the engine starts (see plan.ts), so that every
 * engine sees the same batches from the same start.
 */
export interface TrainingPlan {
  /** Initial embeddings; the engine copies them. With bags, `items` are those of the tokens [numTokens, dim]. */
  init: TwoTowerModel
  /** Order of the interactions in one epoch [numInteractions]; batches are consecutive runs of B, the last may be short. */
  order(epoch: number): Int32Array
  /** Pairs of one epoch, step after step [steps * pairsPerStep] (indices into Pairs); empty when there are no pairs. */
  pairOrder(epoch: number): Int32Array
  pairsPerStep: number
}

/** Rows that a step touches, without repeats, and their gradients. */
export interface SparseGradient {
  /** Touched rows [n], ascending. */
  rows: Int32Array
  /** [n, dim] */
  values: Float32Array
}

/** One step's loss and gradient, for conformance tests and for curious people. */
export interface StepGradients {
  /** Mean in-batch softmax cross-entropy with logQ correction, nats. */
  softmaxLoss: number
  /** Weighted mean BPR loss before the weight w, nats; 0 without pairs. */
  pairLoss: number
  users: SparseGradient
  /** With bags, of the tokens. */
  items: SparseGradient
}

export interface TrainingResult {
  model: TwoTowerModel
  /** Mean of softmaxLoss over the steps of each epoch [epochs]. */
  softmaxLoss: number[]
  /** Mean of pairLoss over the steps of each epoch [epochs]. */
  pairLoss: number[]
}

/** The K best candidates of each user, best first; equal scores in the order of the candidates. */
export interface TopK {
  /** Item indices [numUsers, k]; -1 where a user has fewer than k candidates left. */
  items: Int32Array
  /** [numUsers, k]; NaN where items is -1. */
  scores: Float32Array
}

/** Positions in a list of items: those of user k are at[start[k] .. start[k + 1]). */
export interface Positions {
  /** [numUsers + 1] */
  start: Int32Array
  at: Int32Array
}

/** Where items stand in their users' rankings, aligned to the positions asked about. */
export interface Places {
  /** Items with a greater score; -1 where the item's own score is no finite number. */
  above: Int32Array
  /** Other items with the same score. */
  tied: Int32Array
}

/**
 * A numeric back-end. Deliberately not in it: randomness and batch order (TrainingPlan), which users are asked
 * (policy), recall (evaluation), files. One loss, so that engines can be held against one reference:
 *
 *   L = mean_i [ -log softmax_j( u_i.v_j / T - logQ_j )_i ]  +  w * mean_k [ weight_k * softplus( -u_k.(v_chosen - v_rejected) ) ]
 *
 * where i, j run over the batch, j with the same item as i (j != i) are masked (accidental hits), and k over the step's
 * pairs. With pairGradient `items`, users get no gradient from the second term. Rows repeated in a step have their
 * gradients summed before one Adagrad update: acc += g^2, row -= lr * g / (sqrt(acc) + 1e-10).
 */
export interface Engine {
  readonly name: string
  /** Full training; with bags, the result's items are the items' vectors (sums of tokens). @throws InputError naming a tensor that is not finite; ExecutionError when the loss no longer is, naming step and epoch. */
  train(data: TrainingData, pairs: Pairs, plan: TrainingPlan, config: TwoTowerConfig): TrainingResult
  /**
   * Proxy training: BPR on the pairs moves only the rows of `items`; users and all other items stay.
   * `model.items` holds the start of those rows; the result is a new model.
   * `order` = pair indices, batches of config.proxy.batchSize, each a mean loss; fresh accumulators.
   */
  fitItems(model: TwoTowerModel, items: Int32Array, pairs: Pairs, order: Int32Array, config: TwoTowerConfig): TwoTowerModel
  /** Loss and gradient of one step on the given interactions and pairs (indices), without an update. */
  gradients(
    model: TwoTowerModel,
    data: TrainingData,
    batch: Int32Array,
    pairs: Pairs,
    pairBatch: Int32Array,
    config: TwoTowerConfig,
  ): StepGradients
  /** Scores [users.length, items.length] of a block, written to `out` (row-major, users first). */
  score(model: TwoTowerModel, users: Int32Array, items: Int32Array, out: Float32Array): void
  /** The k best of `items` for each user; `exclude(user)` are item indices left out (e.g. the user's history). */
  topK(model: TwoTowerModel, users: Int32Array, items: Int32Array, k: number, exclude?: (user: number) => Int32Array): TopK
  /** The places of each user's `own` among `items`, those at `out` left out; scores are those of `score`, never all held at once. */
  places(model: TwoTowerModel, users: Int32Array, items: Int32Array, own: Positions, out: Positions): Places
}
