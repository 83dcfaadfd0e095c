import type { TwoTowerConfig } from './config.js'

/**
 * User and item embeddings, row-major float32. The score of user u for item i is the dot product of
 * their rows.
 */
export interface TwoTowerModel {
  /** Embedding dimension D. */
  dim: number
  /** User embeddings [numUsers, dim]. */
  users: Float32Array
  /** Item embeddings [numItems, dim]. */
  items: Float32Array
}

/** Interactions to train on. */
export interface TrainingData {
  /** User index [numInteractions]. */
  user: Int32Array
  /** Item index [numInteractions]. */
  item: Int32Array
  /**
   * Natural log of each item's share of the interactions [numItems]; an item without any counts as
   * one interaction.
   */
  logQ: Float32Array
  /**
   * For the item tower `bag`: the item table holds tokens, and an item's vector is the sum of its
   * tokens' rows. Absent: a row an item.
   */
  bags?: Bags
}

/** Tokens of each item: those of item i are token[start[i] .. start[i + 1]). */
export interface Bags {
  /** Where each item's tokens begin [numItems + 1]. */
  start: Int32Array
  /** Rows of the item table. */
  token: Int32Array
}

/**
 * Preference pairs as arrays [numPairs]: `user[k]` prefers item `chosen[k]` to item `rejected[k]`.
 */
export interface Pairs {
  /** User index [numPairs]. */
  user: Int32Array
  /** Index of the preferred item [numPairs]. */
  chosen: Int32Array
  /** Index of the other item [numPairs]. */
  rejected: Int32Array
  /** Weight of each pair in the BPR loss [numPairs]; absent = 1. */
  weight?: Float32Array
}

/**
 * Everything random or ordered about a training, decided before the engine starts (`planTraining`),
 * so that every engine sees the same batches from the same start.
 */
export interface TrainingPlan {
  /**
   * Initial embeddings; the engine copies them. With bags, `items` are those of the tokens
   * [numTokens, dim].
   */
  init: TwoTowerModel
  /**
   * Order of the interactions in one epoch [numInteractions]; batches are consecutive runs of B,
   * the last may be short.
   */
  order(epoch: number): Int32Array
  /**
   * Pairs of one epoch, step after step [steps * pairsPerStep] (indices into Pairs); empty when
   * there are no pairs.
   */
  pairOrder(epoch: number): Int32Array
  /** Pairs of each step. */
  pairsPerStep: number
}

/** Gradients of the rows that a step touches. */
export interface SparseGradient {
  /** Touched rows [n], ascending, without repeats. */
  rows: Int32Array
  /** Their gradients [n, dim], row-major. */
  values: Float32Array
}

/** Losses and gradients of one step, for conformance tests and for curious people. */
export interface StepGradients {
  /** Mean in-batch softmax cross-entropy with logQ correction, nats. */
  softmaxLoss: number
  /** Weighted mean BPR loss before the weight w, nats; 0 without pairs. */
  pairLoss: number
  /** Gradient of the user table. */
  users: SparseGradient
  /** Gradient of the item table; with bags, of its tokens. */
  items: SparseGradient
}

/** A trained model, and its losses on the way there. */
export interface TrainingResult {
  /** The model after the last epoch. */
  model: TwoTowerModel
  /** Mean of the softmax loss over the steps of each epoch, nats [epochs]. */
  softmaxLoss: number[]
  /** Mean of the pair loss over the steps of each epoch, nats [epochs]. */
  pairLoss: number[]
}

/** The K best candidates of each user, best first; equal scores in the order of the candidates. */
export interface TopK {
  /** Item indices [numUsers, k]; -1 where a user has fewer than k candidates left. */
  items: Int32Array
  /** Their scores [numUsers, k]; NaN where `items` is -1. */
  scores: Float32Array
}

/** Positions in a list of items: those of user k are at[start[k] .. start[k + 1]). */
export interface Positions {
  /** Where each user's positions begin [numUsers + 1]. */
  start: Int32Array
  /** Positions, not item indices. */
  at: Int32Array
}

/**
 * Where items stand in their users' rankings; aligned with the `Positions` that were asked about.
 */
export interface Places {
  /** Number of items with a greater score; -1 where the own score is not a finite number. */
  above: Int32Array
  /** Number of other items with an equal score. */
  tied: Int32Array
}

/**
 * The arithmetic of the two-tower model: training, proxy training and rankings. Deliberately not in
 * it: randomness and batch order (`TrainingPlan`), which users are asked (policy), metrics
 * (evaluation), files. All engines have one loss, so that one reference can test them:
 *
 *   L = mean_i [ -log softmax_j( u_i.v_j / T - logQ_j )_i ]
 *       + w * mean_k [ weight_k * softplus( -u_k.(v_chosen - v_rejected) ) ]
 *
 * where i, j run over the batch, j with the same item as i (j != i) are masked (accidental hits),
 * and k over the step's pairs. With pairGradient `items`, users get no gradient from the second
 * term. Rows repeated in a step have their gradients summed before one Adagrad update: acc += g^2,
 * row -= lr * g / (sqrt(acc) + 1e-10).
 */
export interface Engine {
  /**
   * Name and version, part of a result's provenance. It must change with whatever changes the
   * engine's numbers.
   */
  readonly name: string
  /**
   * Trains a model on interactions and pairs. With bags, the result's items are the items' vectors
   * (sums of tokens).
   * @throws InputError naming a tensor whose numbers are not finite, or an index out of range;
   * ExecutionError when a loss is not finite or beyond 1,000 nats, naming step and epoch
   */
  train(
    data: TrainingData,
    pairs: Pairs,
    plan: TrainingPlan,
    config: TwoTowerConfig,
  ): TrainingResult
  /**
   * Proxy training: BPR on the pairs moves only the rows of `items`; users and all other items stay
   * as they are. The pairs weigh 1, not `pairWeight`.
   * @param model - where the fit starts; it is not changed
   * @param items - indices of the items that move
   * @param order - indices of the pairs, in batches of `config.proxy.batchSize`, each with a mean
   * loss
   * @returns a new model
   * @throws InputError and ExecutionError as `train` does
   */
  fitItems(
    model: TwoTowerModel,
    items: Int32Array,
    pairs: Pairs,
    order: Int32Array,
    config: TwoTowerConfig,
  ): TwoTowerModel
  /**
   * Losses and gradients of one step, without an update.
   * @param batch - indices of the interactions
   * @param pairBatch - indices of the pairs
   * @throws InputError for an index out of range
   */
  gradients(
    model: TwoTowerModel,
    data: TrainingData,
    batch: Int32Array,
    pairs: Pairs,
    pairBatch: Int32Array,
    config: TwoTowerConfig,
  ): StepGradients
  /**
   * Scores of users for items.
   * @param out - gets the scores [users.length, items.length], row-major
   * @throws InputError for an index out of range, or an `out` of another length
   */
  score(model: TwoTowerModel, users: Int32Array, items: Int32Array, out: Float32Array): void
  /**
   * The k best of `items` for each user.
   * @param exclude - item indices that are left out for a user, e.g. its history
   */
  topK(
    model: TwoTowerModel,
    users: Int32Array,
    items: Int32Array,
    k: number,
    exclude?: (user: number) => Int32Array,
  ): TopK
  /**
   * The places of each user's items among all `items`, by the scores of `score`, without holding
   * all scores at once.
   * @param own - positions in `items` whose places are wanted
   * @param out - positions in `items` that are left out of the ranking, e.g. the user's history
   * @throws InputError for positions that do not fit
   */
  places(
    model: TwoTowerModel,
    users: Int32Array,
    items: Int32Array,
    own: Positions,
    out: Positions,
  ): Places
}
