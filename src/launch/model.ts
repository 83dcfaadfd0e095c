import type { Histories } from '../dataset/histories.js'
import type { TwoTowerModel } from '../two-tower/engine.js'
import { range } from '../util/typed.js'

/** Vectors of equal length, row-major float32. */
export interface Vectors {
  dim: number
  values: Float32Array
}

/** All that recommendations are made from, without the data set; `model/` of a launch holds it. */
export interface LaunchModel {
  /** Folded vectors: their dot product is the shelf score. */
  folded: TwoTowerModel
  userIds: string[]
  itemIds: string[]
  /** Title of each item, or its id where it has none [numItems]. */
  titles: string[]
  /** Items from this index on are new. */
  numKnown: number
  /** With the new items that users have already at the end. */
  train: Histories
  /** Embeddings of the known items, and where the content map puts the new ones [numItems, D]. */
  places: Vectors
  /** What the items' texts say [numItems, R]: of length at most 1, 0 without text. */
  text: Vectors
  /** From the features of a history to a user embedding [2 D + 2, D]; see `fitNewUsers`. */
  newUserMap: Float32Array
}

/** Indices of the new items, ascending. */
export function newItemsOf({ itemIds, numKnown }: LaunchModel): Int32Array {
  return range(itemIds.length).subarray(numKnown)
}
