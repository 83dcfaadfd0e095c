import type { ItemText } from '../../dataset/dataset.js'
import type { Histories } from '../../dataset/histories.js'
import type { BagConfig, ContentMapConfig, TwoTowerConfig } from '../config.js'
import type { ContentVectors } from '../content-vectors.js'
import type { Engine, TrainingData, TwoTowerModel } from '../engine.js'
import type { Preference } from '../pairs.js'
import type { Recommender } from '../recommender.js'

/** Sections of the configuration that item towers read. */
export interface TowerConfig {
  /** Hyper-parameters of the two-tower model. */
  model: TwoTowerConfig
  /** Settings of the tower `content-map`. */
  contentMap: ContentMapConfig
  /** Settings of the tower `bag`. */
  bag: BagConfig
}

/** Data, settings and models that an item tower may use. */
export interface TowerInput {
  /** Trains and ranks. */
  engine: Engine
  config: TowerConfig
  /** Text of all items [numItems]. */
  items: ItemText[]
  /** Train histories of all users. */
  train: Histories
  /** The train interactions as an engine takes them. */
  data: TrainingData
  numUsers: number
  /** Train interactions of each item [numItems]. */
  popularity: Int32Array
  /** Indices of the items with train interactions. */
  warmItems: Int32Array
  /** Indices of the items without train interactions, which need a vector too. */
  coldItems: Int32Array
  /** Seed of the start and the order of trainings. */
  seed: number
  /** The ID model of the interactions alone, without pairs; trained once for each seed. */
  warmModel(): TwoTowerModel
  /** Content vectors of the items; computed once. */
  content(): ContentVectors
  /**
   * Keeps the model that `make` gives under a name, and gives it again to other fits with the same
   * seed.
   */
  once(name: string, make: () => TwoTowerModel): TwoTowerModel
  /**
   * Cold recall on the validation half, mean over users: what a tower's own choices may look at.
   */
  validationRecall(model: TwoTowerModel | Recommender): number
}

/**
 * A way for an item to get its vector, above all an item without interactions. Deliberately not in
 * it: where the pairs come from (augmentation), what the result is worth (evaluation).
 */
export interface Tower {
  /** Name, as `Trial.fit` and `Arm.tower` take it. */
  readonly name: string
  /**
   * Sections of the configuration that it reads besides `model`; a change of any other section
   * cannot change its result.
   */
  readonly settings: readonly Exclude<keyof TowerConfig, 'model'>[]
  /**
   * Trains on the interactions and, where there are any, on the pairs. Embeddings, or anything that
   * scores.
   */
  fit(input: TowerInput, pairs: readonly Preference[]): TwoTowerModel | Recommender
}

/** The choice with the highest validation recall; each is made from the one before. */
export function bestOnValidation<T extends TwoTowerModel | Recommender>(
  { validationRecall }: Pick<TowerInput, 'validationRecall'>,
  choices: readonly number[],
  make: (choice: number, before?: T) => T,
): T {
  let before: T | undefined
  let best: { model: T; recall: number } | undefined
  for (const choice of choices) {
    const model: T = make(choice, before)
    before = model
    const recall = validationRecall(model)
    if (best === undefined || recall > best.recall) best = { model, recall }
  }
  return best!.model
}
