import type { DatasetBuilder } from '../builder.js'
import type { FilesChanges } from '../config.js'
import type { FileLine } from '../file-line.js'

/** A folder under the data root, with the names of its files; none of them has been read. */
export interface Folder {
  /** Path under the data root, with slashes: `amazon-2014`. */
  name: string
  /** Absolute path. */
  path: string
  /** Names of the files in it, sorted. */
  files: readonly string[]
  /**
   * Names of the files in a folder below it, e.g. `raw/meta_categories`; empty if there is none.
   */
  filesIn(below: string): readonly string[]
}

/** Files that make up a data set. Paths are absolute. */
export interface DatasetFiles {
  /** Id of the data set: `amazon-2014/Beauty`. */
  name: string
  /** Other names by which it is found, unless a data set has that very name. */
  aliases?: readonly string[]
  /** File of interactions. */
  interactions: string
  /** File of item text; absent: the items have none. */
  items?: string
  /** Encoding of the file of items. Default utf-8. */
  itemsEncoding?: 'utf-8' | 'latin1'
  /** Sentences about how the files were chosen. */
  notes?: readonly string[]
}

/** A data set under the data root. */
export interface FoundDataset extends DatasetFiles {
  /** Name of the source that found it and can read it. */
  family: string
}

/** Reads files line by line for a source, with progress and interruption taken care of. */
export interface ReadContext {
  /**
   * Calls `onLine` with each line that is not blank, and with its place. The place is one object
   * that changes from line to line: copy it to keep it.
   * @param encoding - default utf-8
   * @throws DataError when the file is empty or cannot be read; InterruptedError when the load is
   * stopped
   */
  lines(
    file: string,
    onLine: (line: string, at: FileLine) => void,
    encoding?: 'utf-8' | 'latin1',
  ): Promise<void>
  /** To be called with the size of each block read, in bytes. */
  onBytes?: (bytes: number) => void
  /** Stops the load. */
  signal?: AbortSignal
  /** Changes of how the files are read, for sources of tables. */
  changes?: FilesChanges
  /** Whether links that lead out of the folder are followed. */
  followLinks?: boolean
}

/**
 * A family of data files that are found and read in one way. Deliberately not in it: duplicates,
 * items without metadata and k-core, which are cleaned after reading.
 */
export interface Source {
  /** Name of the family: `amazon-2014`. */
  readonly name: string
  /** Whether its files are tables, whose reading `dataset.files` may change. */
  readonly tables?: boolean
  /** Finds the data sets of this family in one folder. */
  find(folder: Folder): DatasetFiles[]
  /**
   * Adds the interactions to the builder, then the text of their items.
   * @throws DataError naming file and line, where a line is not what the format promises
   */
  read(files: DatasetFiles, builder: DatasetBuilder, ctx: ReadContext): Promise<void>
}
