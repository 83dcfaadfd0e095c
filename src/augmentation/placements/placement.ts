import type { Dataset } from '../../dataset/dataset.js'
import type { Split } from '../../dataset/split.js'
import type { AugmentationConfig } from '../settings.js'
import type { Question } from '../question.js'

/** Data and settings that a placement draws questions from. */
export interface PlacementContext {
  dataset: Dataset
  split: Split
  /** Indices of the cold items that have a text and so can be asked about. */
  items: Int32Array
  config: AugmentationConfig
  /** Seed of the questions. */
  seed: number
}

/** A way to choose the pairs of cold items that a user is asked about. */
export interface Placement {
  /** Name, as `augmentation.placement` takes it. */
  readonly name: string
  /** Augmentation settings that only this placement reads. */
  readonly settings: readonly (keyof AugmentationConfig)[]
  /**
   * Makes a function that draws a user's `augmentation.pairsPerUser` questions. It must draw the
   * same ones each time, whichever selection the user is in, so that answers can be used again:
   * derive its streams from `seed` and the user's id.
   */
  make(context: PlacementContext): (user: number) => Question[]
}
