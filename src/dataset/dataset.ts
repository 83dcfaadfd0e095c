import type { LeftOut } from './left-out.js'

/** Text about an item. A field that the source lacks is absent, never empty. */
export interface ItemText {
  /** Title or name, on one line. */
  title?: string
  /**
   * Category paths, each from the root down: [["Beauty", "Makeup", "Nails"]]. Flat genres are paths
   * of length 1.
   */
  categories?: string[][]
  /** Brand, or the shop where there is no brand. */
  brand?: string
  /** Description, on one line. */
  description?: string
}

/** Interactions as parallel arrays [numInteractions], in the order of the source. */
export interface Interactions {
  /** User index, 0 .. numUsers - 1. */
  user: Int32Array
  /** Item index, 0 .. numItems - 1. */
  item: Int32Array
  /** Seconds since 1970-01-01 UTC. */
  timestamp?: Float64Array
  /** Stars, or the source's own scale. */
  rating?: Float32Array
}

/**
 * A data set: interactions by index, the vocabularies that name the indices, and item text.
 * Plain data (no methods), so that it crosses to a worker thread; its arrays may lie in shared
 * memory.
 */
export interface Dataset {
  /** E.g. `synthetic`, `amazon-2014/Beauty`. */
  name: string
  /** User vocabulary [numUsers]: index -> id. */
  userIds: string[]
  /** Item vocabulary [numItems]: index -> id. */
  itemIds: string[]
  /** Who interacted with which item, and when. */
  interactions: Interactions
  /** Item text [numItems], `{}` where the source has none. */
  items: ItemText[]
  /**
   * How a rating is said, `{}` in place of the number: `played {} hours`. Absent: found from the
   * ratings.
   */
  ratingText?: string
  /**
   * Sentences about how the data were read and cleaned: duplicates, items without metadata,
   * k-core.
   */
  notes: string[]
  /**
   * Interactions that the files have: those here and those that `leftOut` counts. Absent where they
   * were not counted.
   */
  read?: number
  /** What was left out or changed, by reason. Absent where it was not counted. */
  leftOut?: LeftOut[]
  /**
   * SHA-256 (hex) over ids, interactions and item text: the data's part of a result's provenance.
   */
  fingerprint: string
  /**
   * Items of the catalogue that nobody has interacted with yet, or those chosen as new
   * (`dataset.newItems`); experiments do not see them. Absent where there are none.
   */
  newItems?: NewItems
}

/** Items that are new: without interactions that count. */
export interface NewItems {
  /** Their ids [n]. */
  ids: string[]
  /** Their text [n], `{}` where the source has none. */
  items: ItemText[]
  /** Who has interacted with which of them already; absent where nobody has. */
  owned?: OwnedItems
}

/** (user, new item) pairs as parallel arrays [numPairs]. */
export interface OwnedItems {
  /** User index. */
  user: Int32Array
  /** Position among the new items. */
  item: Int32Array
}
