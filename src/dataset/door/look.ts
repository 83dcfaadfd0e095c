/** What a look at the beginning of a file found. */
export interface Look {
  file: string
  gzip: boolean
  encoding: string
  format: 'csv' | 'json-lines' | 'json-array' | 'parquet' | 'duckdb'
  /** Of CSV. */
  delimiter: string
  quote: '"' | ''
  escape: '"' | '\\'
  header: boolean
  /** Types that a header of RecBole has, `user_id:token`, by column. */
  types?: string[]
  /** Whether the lines are Python literals and not JSON. */
  python?: boolean
  /** Whether named columns that are not needed may be missing. */
  sparse?: boolean
  newLine: '\n' | '\r'
  /** Names of the columns; where the file has none, their positions: `0`, `1`. */
  columns: string[]
  /** The first rows, cells as text [rows][columns]. */
  sample: string[][]
  /** What is not as it mostly is, in a few words each. */
  unusual: string[]
}
