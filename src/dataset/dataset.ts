/** What is known of an item besides its interactions. A field that the source lacks is absent, never empty. */
export interface ItemText {
  title?: string
  /** Category paths, each from the root down: [["Beauty", "Makeup", "Nails"]]. Flat genres are paths of length 1. */
  categories?: string[][]
  brand?: string
  description?: string
}

/** Interactions as parallel arrays [numInteractions], in the order of the source. */
export interface Interactions {
  /** Dense user index. */
  user: Int32Array
  /** Dense item index. */
  item: Int32Array
  /** Seconds since 1970-01-01 UTC. */
  timestamp?: Float64Array
  /** Stars, or whatever scale the source has. */
  rating?: Float32Array
}

/**
 * A data set: interactions in dense indices, the vocabularies that name them, and item text.
 * Plain data (no methods), so that it crosses to a worker thread; its arrays may lie in shared memory.
 */
export interface Dataset {
  /** E.g. `synthetic`, `amazon-2014/Beauty`. */
  name: string
  /** User vocabulary [numUsers]: index -> id. */
  userIds: string[]
  /** Item vocabulary [numItems]: index -> id. */
  itemIds: string[]
  interactions: Interactions
  /** Item text [numItems], `{}` where the source has none. */
  items: ItemText[]
  /** What loading did to the data, in sentences for people: duplicates dropped, items without metadata, k-core. */
  notes: string[]
  /** SHA-256 (hex) over ids, interactions and item text: the data's part of a result's provenance. */
  fingerprint: string
}
