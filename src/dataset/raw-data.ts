import type { ItemText, NewItems } from './dataset.js'
import type { FileLine } from './file-line.js'
import type { Finding } from './left-out.js'

/** Interactions by index, in the order of the file, with the ids of the indices. */
export interface IndexedRows {
  /** User vocabulary [numUsers]: index -> id. */
  userIds: readonly string[]
  /** Item vocabulary [numItems]: index -> id. Some may have no rows. */
  itemIds: readonly string[]
  /** User index of each row [numRows]. */
  user: Int32Array
  /** Item index of each row [numRows]. */
  item: Int32Array
  /** Seconds since 1970-01-01 UTC [numRows]. */
  timestamp?: Float64Array
  /** Stars, or the source's own scale [numRows]. */
  rating?: Float32Array
  /** Interactions that the files have, those that are left out included. Absent: the rows. */
  read?: number
  /** Where a row was read. */
  placeOf(row: number): FileLine
}

/** A data set as it was read, before any cleaning. */
export interface RawData extends IndexedRows {
  /** Name of the data set. */
  name: string
  /** How a rating is said, where the source says it: `played {} hours`. */
  ratingText?: string
  /** Item text [numItems], undefined where the metadata lack the item. */
  items: readonly (ItemText | undefined)[]
  /** New items of the catalogue, without interactions. */
  newItems: NewItems
  /** What was found when the files were read. */
  findings: readonly Finding[]
}
