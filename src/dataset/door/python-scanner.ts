/** A text is not a literal that the parser takes. */
export class PythonLiteralError extends Error {
  override readonly name = 'PythonLiteralError'
  /** @param column - 1-based position in the text */
  constructor(
    problem: string,
    readonly column: number,
  ) {
    super(`${problem} at column ${column}`)
  }
}

const space = /[ \t\r\n\f]*/y

/** A text and the position up to which it has been read. */
export class PythonScanner {
  /** Position of the next character. */
  at = 0
  constructor(readonly text: string) {}

  /** The text that a sticky pattern matches here, read; undefined if it does not match. */
  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)?.[0]
    if (found !== undefined) this.at += found.length
    return found
  }

  /** Reads spaces and line ends. */
  skipSpace(): void {
    this.match(space)
  }

  /** Reads a mark after spaces, if it is there. */
  taken(mark: string): boolean {
    this.skipSpace()
    if (this.text[this.at] !== mark) return false
    this.at++
    return true
  }

  /** Reads a mark after spaces. @throws PythonLiteralError when it is not there */
  expect(mark: string, orClose?: string): void {
    if (!this.taken(mark))
      throw this.error(`expected ${orClose === undefined ? mark : `${mark} or ${orClose}`}`)
  }

  /** The error of a problem at a position. */
  error(problem: string, at = this.at): PythonLiteralError {
    return new PythonLiteralError(problem, at + 1)
  }
}
