import type { ItemText } from './dataset.js'
import type { FileLine } from './file-line.js'

/** A data set as it was read, before any cleaning. */
export interface RawData {
  /** Name of the data set. */
  name: string
  /** User vocabulary [numUsers]: index -> id. */
  userIds: readonly string[]
  /** Item vocabulary [numItems]: index -> id. */
  itemIds: readonly string[]
  /** User index of each row [numRows]. */
  user: Int32Array
  /** Item index of each row [numRows]. */
  item: Int32Array
  /** Seconds since 1970-01-01 UTC [numRows]. */
  timestamp?: Float64Array
  /** Stars, or the source's own scale [numRows]. */
  rating?: Float32Array
  /** Item text [numItems], undefined where the metadata lack the item. */
  items: readonly (ItemText | undefined)[]
  /** Sentences about how the files were read. */
  notes: readonly string[]
  /** Where a row was read. */
  placeOf(row: number): FileLine
}
