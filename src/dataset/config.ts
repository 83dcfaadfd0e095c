import { z } from 'zod'
import { timeForms } from './door/time-forms.js'
import { parseIsoSeconds } from './iso-time.js'

const count = z.number().int().nonnegative()

/**
 * Schema of the columns of custom files. A name that the file lacks is an error that lists the
 * columns it has; a column that is not named is found by its usual names, which a note says. Where
 * a file has no header, columns are named by position: 0, 1.
 */
export const columnsConfig = z.strictObject({
  /** Column of the user id. Absent: `user_id`, or another usual name. */
  user: z.string().optional(),
  /** Column of the item id in the interactions. Absent: `item_id`, or another usual name. */
  item: z.string().optional(),
  /** Column of the rating. Absent: `rating`, or another usual name; else there are no ratings. */
  rating: z.string().optional(),
  /** Column of the time. Absent: `timestamp`, or another usual name; else there are no times. */
  timestamp: z.string().optional(),
  /** Column of the item id in the item text. Absent: that of the interactions, or a usual name. */
  itemId: z.string().optional(),
  /** Column of the title, in the item text. Absent: `title`, or another usual name. */
  title: z.string().optional(),
  /** Column of the category paths. Absent: `categories`, or another usual name. */
  categories: z.string().optional(),
  /** Column of the brand. Absent: `brand`, or another usual name. */
  brand: z.string().optional(),
  /** Column of the description. Absent: `description`, or another usual name. */
  description: z.string().optional(),
})

/**
 * Schema of how tables of text are written, for both files. What is absent is found by looking at
 * the beginning of each file.
 */
export const dialectConfig = z.strictObject({
  /** Separates cells: one character or several, e.g. `;` or `::`. */
  delimiter: z.string().min(1).optional(),
  /** Around cells: `"`, or empty where a quote is a character like any other. */
  quote: z.enum(['"', '']).optional(),
  /** Whether the first row names the columns. */
  header: z.boolean().optional(),
  /** Encoding: `utf-8`, `utf-16le`, `windows-1252` or another of the WHATWG names. */
  encoding: z.string().optional(),
  /** Whether a named column of ratings, times or text may be missing. */
  sparse: z.boolean().optional(),
})

/**
 * Schema of custom files of interactions and items: CSV of any dialect, JSON lines, a JSON list or
 * Parquet, plain or gzipped; or an SQL query over such files.
 */
export const filesConfig = z.strictObject({
  /** Path of the file of interactions, or an SQL query that gives them. */
  interactions: z.string(),
  /** Path of the file of item text, or a query. Absent: items have no text. */
  items: z.string().optional(),
  columns: columnsConfig.prefault({}),
  dialect: dialectConfig.prefault({}),
  /** How the file of item text is written, where that differs. */
  itemsDialect: dialectConfig.optional(),
  /** Form of the times. Absent: found by looking at them, and plausible years are asked for. */
  timestampUnit: z.enum(timeForms).optional(),
  /**
   * Separates the levels of a category path ("Beauty > Makeup"). Several paths are separated by
   * `|`.
   */
  categoryLevelSeparator: z.string().min(1).default('>'),
  /**
   * Lines that cannot be used: refuse the file, skip them all, or skip at most so many.
   */
  badRows: z.union([z.enum(['refuse', 'skip']), count]).default('refuse'),
  /**
   * How prompts say a rating, `{}` in place of the number: `played {} hours`. Absent: found from
   * the ratings, `{} stars`, `{} of 10` or `rated {}`.
   */
  ratingText: z
    .string()
    .max(60)
    .regex(
      /^[^\p{Cc}\p{Zl}\p{Zp}|{}]*\{\}[^\p{Cc}\p{Zl}\p{Zp}|{}]*$/u,
      'say it on one line, without |, with {} once in place of the number: "played {} hours"',
    )
    .optional(),
})

/** Most interactions of the generated shop: more do not fit into memory. */
const mostGenerated = 1e8

/** Schema of the generated shop. */
export const syntheticConfig = z
  .strictObject({
    /** Number of users. */
    users: count.min(10).max(1e6).default(3000),
    /** Number of items. */
    items: count.min(20).max(1e6).default(1500),
    /** Mean number of interactions of a user, validation and test included. */
    interactionsPerUser: z.number().min(2).max(1e4).default(16),
    /** Share of the items released after the warm period. */
    coldShare: z.number().min(0).max(0.9).default(0.2),
    /** Draws items, users and interactions. */
    seed: count.default(0),
  })
  .refine(
    ({ users, interactionsPerUser }) => users * interactionsPerUser <= mostGenerated,
    `users x interactionsPerUser is at most ${mostGenerated}`,
  )

/** Schema of the choice of new items. */
export const newItemsConfig = z
  .strictObject({
    /** File that names the new items: an id on each line, or a table with a column `item_id`. */
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
  kCore: z
    .strictObject({
      /** Fewest interactions of a user. */
      users: count.default(0),
      /** Fewest interactions of an item. */
      items: count.default(0),
    })
    .prefault({}),
  /** Only interactions rated at least so count. Absent: all do. */
  minRating: z.number().optional(),
  /** Whether ratings are dropped once `minRating` is done with them: interactions only. */
  implicit: z.boolean().optional(),
  /** Only so many users, drawn at random, with all their interactions. Absent: all users. */
  sampleUsers: count.min(1).optional(),
  /** Draws the users of the sample. Absent: 0. */
  sampleSeed: count.optional(),
  /**
   * Which items are new; experiments do not see them. Absent: items of the file of item text that
   * no interaction names.
   */
  newItems: newItemsConfig.optional(),
  /**
   * Custom files, where `name` is `files`; else, without a path, how the files of the data set are
   * read.
   */
  files: filesConfig.partial({ interactions: true }).optional(),
  synthetic: syntheticConfig.prefault({}),
  /** Whether links that lead out of the data root, or of a folder of data, are followed. */
  followLinks: z.boolean().optional(),
})

/** Which data are loaded, and how they are cleaned. Defaults: `readConfig({}).dataset`. */
export interface DatasetConfig extends z.infer<typeof datasetConfig> {
  /** Which items are new. Absent: those of custom item text that no interaction names. */
  newItems?: NewItemsConfig
  /** Custom files, where `name` is `files`; else how the files of the data set are read. */
  files?: FilesChanges
  /** The generated shop, where `name` is `synthetic`. */
  synthetic: SyntheticConfig
}

/** A `DatasetConfig` as it is written: whatever is left out has its default. */
export interface DatasetSettings extends z.input<typeof datasetConfig> {}

/**
 * Custom files of interactions and items: CSV of any dialect, JSON lines, a JSON list or Parquet,
 * plain or gzipped; or an SQL query over such files.
 */
export interface FilesConfig extends z.infer<typeof filesConfig> {
  /** Columns of both files. */
  columns: ColumnsConfig
  /** How tables of text are written. */
  dialect: DialectConfig
  /** How the file of item text is written, where that differs. */
  itemsDialect?: DialectConfig
}

/** Settings of files, over those that a data set has; one at its default changes nothing. */
export interface FilesChanges extends Omit<FilesConfig, 'interactions'> {
  /** Path of the file of interactions, or an SQL query that gives them. */
  interactions?: string
}

/** Names of the columns of custom files; those that are absent are found by their usual names. */
export interface ColumnsConfig extends z.infer<typeof columnsConfig> {}

/** How tables of text are written; what is absent is found by looking. */
export interface DialectConfig extends z.infer<typeof dialectConfig> {}

/** Which items are new: those that a file names, or those first interacted with since a date. */
export interface NewItemsConfig extends z.infer<typeof newItemsConfig> {}

/** Sizes and seed of the generated shop. Defaults: `readConfig({}).dataset.synthetic`. */
export interface SyntheticConfig extends z.infer<typeof syntheticConfig> {}
