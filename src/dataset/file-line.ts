/** A line of a file, for error messages. */
export interface FileLine {
  /** Path of the file. */
  file: string
  /** 1 = the first. */
  line: number
}
