import { z } from 'zod'

const count = z.number().int().nonnegative()

/** Columns of one's own files; a name that the file lacks is an error that lists the columns it has. */
export const columnsConfig = z.strictObject({
  user: z.string().default('user_id'),
  item: z.string().default('item_id'),
  /** Absent: the file has no ratings unless it has a column `rating`. */
  rating: z.string().optional(),
  /** Absent: the file has no timestamps unless it has a column `timestamp`. */
  timestamp: z.string().optional(),
  title: z.string().optional(),
  categories: z.string().optional(),
  brand: z.string().optional(),
  description: z.string().optional(),
})

/** One's own interactions and items. CSV (`.csv`, `.tsv`) or JSON lines (`.jsonl`, `.ndjson`, `.json`), plain or `.gz`. */
export const filesConfig = z.strictObject({
  interactions: z.string(),
  items: z.string().optional(),
  columns: columnsConfig.prefault({}),
  /** Unit of the timestamp column: seconds, milliseconds, or a date as ISO 8601 text. */
  timestampUnit: z.enum(['s', 'ms', 'iso']).default('s'),
  /** Between the levels of a category path ("Beauty > Makeup"). Several paths are separated by `|`. */
  categoryLevelSeparator: z.string().min(1).default('>'),
})

/** The generated shop. Sizes are of the whole data set. */
export const syntheticConfig = z.strictObject({
  users: count.min(10).default(3000),
  items: count.min(20).default(1500),
  /** Mean interactions a user. */
  interactionsPerUser: z.number().min(2).default(16),
  /** Share of the items released after the warm period. */
  coldShare: z.number().min(0).max(0.9).default(0.2),
  seed: count.default(0),
})

/** Which data, and what is done to it before any split. */
export const datasetConfig = z.strictObject({
  /** `synthetic`, `files`, or a name that `understudy data list` shows. */
  name: z.string().default('synthetic'),
  /** Repeated (user, item) pairs: keep the first or last by time, all of them, or refuse the data. */
  duplicates: z.enum(['first', 'last', 'all', 'error']).default('first'),
  /** Items of the interactions that the metadata lacks: keep them without text, drop their interactions, or refuse. */
  missingMetadata: z.enum(['keep', 'drop', 'error']).default('keep'),
  /** k-core: drop users and items with fewer interactions, repeatedly, until none is left. 0 = off. */
  kCore: z.strictObject({ users: count.default(0), items: count.default(0) }).prefault({}),
  files: filesConfig.optional(),
  synthetic: syntheticConfig.prefault({}),
})

export type DatasetConfig = z.infer<typeof datasetConfig>
export type FilesConfig = z.infer<typeof filesConfig>
export type SyntheticConfig = z.infer<typeof syntheticConfig>
