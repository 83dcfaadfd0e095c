import { z } from 'zod'
import { parseIsoSeconds } from './sources/fields.js'

const count = z.number().int().nonnegative()

/**
 * Schema of the columns of custom files. A name that the file lacks is an error that lists the
 * columns it has.
 */
export const columnsConfig = z.strictObject({
  /** Column of the user id, in the file of interactions. Default `user_id`. */
  user: z.string().default('user_id'),
  /** Column of the item id, in both files. Default `item_id`. */
  item: z.string().default('item_id'),
  /** Column of the rating. Absent: `rating` where the file has it, else there are no ratings. */
  rating: z.string().optional(),
  /**
   * Column of the time. Absent: `timestamp` where the file has it, else there are no timestamps.
   */
  timestamp: z.string().optional(),
  /** Column of the title, in the file of items. Absent: `title` where the file has it. */
  title: z.string().optional(),
  /** Column of the category paths. Absent: `categories` where the file has it. */
  categories: z.string().optional(),
  /** Column of the brand. Absent: `brand` where the file has it. */
  brand: z.string().optional(),
  /** Column of the description. Absent: `description` where the file has it. */
  description: z.string().optional(),
})

/**
 * Schema of custom files of interactions and items: CSV (`.csv`, `.tsv`) or JSON lines (`.jsonl`,
 * `.ndjson`, `.json`), plain or `.gz`.
 */
export const filesConfig = z.strictObject({
  /** Path of the file of interactions. */
  interactions: z.string(),
  /** Path of the file of item text. Absent: items have no text. */
  items: z.string().optional(),
  columns: columnsConfig.prefault({}),
  /** Unit of the timestamp column: seconds, milliseconds, or a date as ISO 8601 text. */
  timestampUnit: z.enum(['s', 'ms', 'iso']).default('s'),
  /**
   * Separates the levels of a category path ("Beauty > Makeup"). Several paths are separated by
   * `|`.
   */
  categoryLevelSeparator: z.string().min(1).default('>'),
})

/** Schema of the generated shop. */
export const syntheticConfig = z.strictObject({
  /** Number of users. */
  users: count.min(10).default(3000),
  /** Number of items. */
  items: count.min(20).default(1500),
  /** Mean number of interactions of a user, validation and test included. */
  interactionsPerUser: z.number().min(2).default(16),
  /** Share of the items released after the warm period. */
  coldShare: z.number().min(0).max(0.9).default(0.2),
  /** Draws items, users and interactions. */
  seed: count.default(0),
})

/** Schema of the choice of new items. */
export const newItemsConfig = z
  .strictObject({
    /** File that names the new items: an id on each line, or a CSV with a column `item_id`. */
    file: z.string().min(1).optional(),
    /**
     * Date or time (ISO 8601): items first interacted with since then are new, and those of the
     * catalogue without interactions.
     */
    since: z
      .string()
      .refine(
        (text) => parseIsoSeconds(text) !== undefined,
        'not a date such as 2014-07-23 or 2014-07-23T18:00:00Z',
      )
      .optional(),
  })
  .refine(
    ({ file, since }) => (file === undefined) !== (since === undefined),
    'give either file (--new) or since (--new-since)',
  )

/** Schema of section `dataset`. */
export const datasetConfig = z.strictObject({
  /** `synthetic`, `files`, or a name that `understudy data list` shows. */
  name: z.string().default('synthetic'),
  /**
   * Repeated (user, item) pairs: keep the first or last by time, all of them, or refuse the data.
   */
  duplicates: z.enum(['first', 'last', 'all', 'error']).default('first'),
  /**
   * Items of the interactions that the metadata lacks: keep them without text, drop their
   * interactions, or refuse.
   */
  missingMetadata: z.enum(['keep', 'drop', 'error']).default('keep'),
  /**
   * k-core: drop users and items with fewer interactions than this, repeatedly, until none is left
   * to drop. 0 = off.
   */
  kCore: z.strictObject({ users: count.default(0), items: count.default(0) }).prefault({}),
  /**
   * Which items are new; experiments do not see them. Absent: items of the file of item text that
   * no interaction names.
   */
  newItems: newItemsConfig.optional(),
  files: filesConfig.optional(),
  synthetic: syntheticConfig.prefault({}),
})

/** Which data are loaded, and how they are cleaned. Defaults: `readConfig({}).dataset`. */
export interface DatasetConfig extends z.infer<typeof datasetConfig> {
  /** Which items are new. Absent: those of custom item text that no interaction names. */
  newItems?: NewItemsConfig
  /** Custom files, where `name` is `files`. */
  files?: FilesConfig
  /** The generated shop, where `name` is `synthetic`. */
  synthetic: SyntheticConfig
}

/** A `DatasetConfig` as it is written: whatever is left out has its default. */
export interface DatasetSettings extends z.input<typeof datasetConfig> {}

/**
 * Custom files of interactions and items: CSV (`.csv`, `.tsv`) or JSON lines (`.jsonl`, `.ndjson`,
 * `.json`), plain or `.gz`.
 */
export interface FilesConfig extends z.infer<typeof filesConfig> {
  /** Columns of both files. */
  columns: ColumnsConfig
}

/**
 * Names of the columns of custom files. A name that the file lacks is an error that lists the
 * columns it has.
 */
export interface ColumnsConfig extends z.infer<typeof columnsConfig> {}

/** Which items are new: those that a file names, or those first interacted with since a date. */
export interface NewItemsConfig extends z.infer<typeof newItemsConfig> {}

/** Sizes and seed of the generated shop. Defaults: `readConfig({}).dataset.synthetic`. */
export interface SyntheticConfig extends z.infer<typeof syntheticConfig> {}
