import type { DatasetBuilder } from '../builder.js'
import type { Place } from '../prepare.js'

/** A folder under the data root, by name only; nothing in it has been read. */
export interface Folder {
  /** Path under the data root, with slashes: `amazon-2014`. */
  name: string
  /** Absolute path. */
  path: string
  /** Names of the files in it, sorted. */
  files: readonly string[]
  /** Names of the files in a folder below it, e.g. `raw/meta_categories`; empty if there is none. */
  filesIn(below: string): readonly string[]
}

/** A data set that the files of a folder make up. Paths are absolute. */
export interface FoundDataset {
  /** Its id: `amazon-2014/Beauty`. */
  name: string
  /** Other names that mean it, when no data set has them as its own. */
  aliases?: readonly string[]
  family: string
  interactions: string
  /** Absent: the items have no text. */
  items?: string
  /** Default utf-8. */
  itemsEncoding?: 'utf-8' | 'latin1'
  /** Sentences about how the files were chosen. */
  notes?: readonly string[]
}

/** What a source reads with: files by line, with progress, interruption and errors taken care of. */
export interface ReadContext {
  /** Calls `onLine` with each line that is not blank. @throws {DataError} when the file is empty or unreadable. */
  lines(file: string, onLine: (line: string, at: Place) => void, encoding?: 'utf-8' | 'latin1'): Promise<void>
}

/** A family of files. It only translates: duplicates, missing metadata and k-core are the builder's. */
export interface Source {
  family: string
  /** The data sets of this family in one folder. */
  find(folder: Folder): FoundDataset[]
  /** Adds the interactions, then the text of their items. */
  read(found: FoundDataset, builder: DatasetBuilder, ctx: ReadContext): Promise<void>
}
