/** A value of a Python literal. Tuples and sets are arrays, bytes are text of their Latin-1 characters. */
export type PythonValue = null | boolean | number | string | PythonValue[] | PythonDict

/** A Python dict; it has no prototype, so that no key (`__proto__`) means anything. */
export interface PythonDict {
  [key: string]: PythonValue
}

/** The text is not a literal that the parser takes. */
export class PythonLiteralError extends Error {
  override readonly name = 'PythonLiteralError'
  /** 1-based position in the text. */
  readonly column: number
  constructor(problem: string, column: number) {
    super(`${problem} at column ${column}`)
    this.column = column
  }
}

const maxDepth = 100
const space = /[ \t\r\n\f]*/y
const prefix = /(?:[uU]|[rR]|[bB]|[bB][rR]|[rR][bB]|[uU][rR])?(?:'''|"""|'|")/y
const word = /[A-Za-z_][A-Za-z_0-9]*/y
const numberText = /0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?/y
const words: Record<string, PythonValue> = { True: true, False: false, None: null, inf: Infinity, nan: NaN }

/**
 * Reads one Python literal: dict, list, tuple, set, str, bytes, int, float, True, False, None. Nothing is evaluated.
 * Follows https://docs.python.org/3/reference/lexical_analysis.html, with the `u''` and `ur''` of Python 2.
 * @throws {PythonLiteralError} that names the column.
 */
export function parsePythonLiteral(text: string): PythonValue {
  return new Parser(text).document()
}

class Parser {
  private at = 0
  constructor(private readonly text: string) {}

  document(): PythonValue {
    const value = this.value(0)
    this.skipSpace()
    if (this.at < this.text.length) throw this.error('more text after the value')
    return value
  }

  private value(depth: number): PythonValue {
    if (depth > maxDepth) throw this.error(`nested more than ${maxDepth} deep`)
    this.skipSpace()
    const first = this.text[this.at]
    if (first === '{') return this.braces(depth)
    if (first === '[') return this.sequence(']', depth).values
    if (first === '(') return this.parentheses(depth)
    const opening = this.match(prefix)
    if (opening !== undefined) return this.strings(opening)
    if (first === '-' || first === '+') return this.signed()
    return this.plain()
  }

  private plain(): PythonValue {
    const start = this.at
    const name = this.match(word)
    if (name !== undefined && Object.hasOwn(words, name)) return words[name]
    this.at = start
    return this.number()
  }

  private signed(): number {
    const negative = this.text[this.at++] === '-'
    this.skipSpace()
    const magnitude = this.match(/inf\b/y) === undefined ? this.number() : Infinity
    return negative ? -magnitude : magnitude
  }

  private number(): number {
    const start = this.at
    const digits = this.match(numberText)
    if (digits === undefined) throw this.error(start < this.text.length ? 'unexpected character' : 'the text ends too early')
    if (/^0[0-9]*[1-9]/.test(digits) && !/[.eExXoObB]/.test(digits)) throw this.error('a number with a leading zero', start)
    if (/__|_$|_[.eE]/.test(digits) || this.match(word) !== undefined) throw this.error('not a number', start)
    return Number(digits.replaceAll('_', ''))
  }

  /** A tuple, or a value in parentheses. */
  private parentheses(depth: number): PythonValue {
    const { values, commas } = this.sequence(')', depth)
    return values.length === 1 && commas === 0 ? values[0] : values
  }

  private sequence(close: string, depth: number, values: PythonValue[] = []): { values: PythonValue[]; commas: number } {
    if (values.length === 0) this.at++
    for (let commas = 0; ; commas++) {
      if (this.taken(close)) return { values, commas }
      values.push(this.value(depth + 1))
      if (this.taken(close)) return { values, commas }
      this.expect(',', close)
    }
  }

  /** A dict, or a set. */
  private braces(depth: number): PythonValue {
    this.at++
    const dict: PythonDict = Object.create(null)
    if (this.taken('}')) return dict
    const first = this.value(depth + 1)
    if (!this.taken(':')) return this.restOfSet(first, depth)
    for (let key = first; ; key = this.value(depth + 1), this.expect(':')) {
      dict[this.key(key)] = this.value(depth + 1)
      if (this.taken('}')) return dict
      this.expect(',', '}')
      if (this.taken('}')) return dict
    }
  }

  private restOfSet(first: PythonValue, depth: number): PythonValue[] {
    if (this.taken('}')) return [first]
    this.expect(',', '}')
    return this.sequence('}', depth, [first]).values
  }

  private key(key: PythonValue): string {
    if (typeof key === 'object' && key !== null) throw this.error('a key that is neither text nor a number')
    return String(key)
  }

  /** One string, or several that stand side by side and are one. */
  private strings(opening: string): string {
    let joined = ''
    for (let next: string | undefined = opening; next !== undefined; next = this.match(prefix)) {
      joined += this.string(next)
      this.skipSpace()
    }
    return joined
  }

  private string(opening: string): string {
    const start = this.at - opening.length
    const quotes = opening.replace(/^[a-zA-Z]+/, '')
    const letters = opening.slice(0, opening.length - quotes.length).toLowerCase()
    const parts: string[] = []
    const special = quotes.length === 3 ? (quotes[0] === "'" ? /\\|'''/g : /\\|"""/g) : quotes === "'" ? /[\\'\n]/g : /[\\"\n]/g
    for (;;) {
      special.lastIndex = this.at
      const found = special.exec(this.text)
      if (found === null || found[0] === '\n') throw this.error('a string that does not end', start)
      parts.push(this.text.slice(this.at, found.index))
      this.at = found.index + found[0].length
      if (found[0] !== '\\') return parts.join('')
      parts.push(letters.includes('r') ? this.rawEscape(letters) : this.escape(letters === 'b'))
    }
  }

  /** In a raw string a backslash stays, and keeps the quote after it from ending the string. */
  private rawEscape(letters: string): string {
    // Python 2 reads \u in ur'' too.
    if (letters === 'ur' && this.text[this.at] === 'u') return this.escape(false)
    if (this.at >= this.text.length) throw this.error('a string that does not end')
    return `\\${this.text[this.at++]}`
  }

  private escape(bytes: boolean): string {
    const start = this.at - 1
    const letter = this.text[this.at]
    if (letter === undefined) throw this.error('a string that does not end', start)
    const octal = this.match(/[0-7]{1,3}/y)
    if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8))
    this.at++
    if (letter === 'x') return this.code(/[0-9a-fA-F]{2}/y, start)
    if (!bytes && letter === 'u') return this.code(/[0-9a-fA-F]{4}/y, start)
    if (!bytes && letter === 'U') return this.code(/[0-9a-fA-F]{8}/y, start)
    if (!bytes && letter === 'N') throw this.error('a character by name (\\N{...}), which is not supported', start)
    return simpleEscapes[letter] ?? `\\${letter}`
  }

  private code(digits: RegExp, start: number): string {
    const hex = this.match(digits)
    const code = hex === undefined ? Infinity : parseInt(hex, 16)
    if (code > 0x10ffff) throw this.error('an escape without its hexadecimal digits', start)
    return String.fromCodePoint(code)
  }

  /** The text that a sticky pattern matches here, taken. */
  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)?.[0]
    if (found !== undefined) this.at += found.length
    return found
  }

  private skipSpace(): void {
    this.match(space)
  }

  private taken(mark: string): boolean {
    this.skipSpace()
    if (this.text[this.at] !== mark) return false
    this.at++
    return true
  }

  private expect(mark: string, orClose?: string): void {
    if (!this.taken(mark)) throw this.error(`expected ${orClose === undefined ? mark : `${mark} or ${orClose}`}`)
  }

  private error(problem: string, at = this.at): PythonLiteralError {
    return new PythonLiteralError(problem, at + 1)
  }
}

/** \d and the like are not escapes in Python: the backslash stays. A backslash before a line's end joins the lines. */
const simpleEscapes: Partial<Record<string, string>> = Object.assign(Object.create(null), {
  n: '\n', t: '\t', r: '\r', '\\': '\\', "'": "'", '"': '"', a: '\x07', b: '\b', f: '\f', v: '\v', '\n': '',
})
