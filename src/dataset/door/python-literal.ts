import { PythonScanner } from './python-scanner.js'
import { readStrings } from './python-string.js'

export { PythonLiteralError } from './python-scanner.js'

/**
 * A value of a Python literal. Tuples and sets are arrays, bytes are text of their Latin-1
 * characters.
 */
export type PythonValue = null | boolean | number | string | PythonValue[] | PythonDict

/** A Python dict; it has no prototype, so that no key (`__proto__`) has a meaning of its own. */
export interface PythonDict {
  /** Keys that are numbers are their text. */
  [key: string]: PythonValue
}

const maxDepth = 100
const word = /[A-Za-z_][A-Za-z_0-9]*/y
const numberText =
  /0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?/y
const words: Record<string, PythonValue> = {
  True: true,
  False: false,
  None: null,
  inf: Infinity,
  nan: NaN,
}

/**
 * Reads one Python literal: dict, list, tuple, set, str, bytes, int, float, True, False, None.
 * Nothing is evaluated. Follows https://docs.python.org/3/reference/lexical_analysis.html, with the
 * `u''` and `ur''` of Python 2.
 * @throws PythonLiteralError that names the column
 */
export function parsePythonLiteral(text: string): PythonValue {
  const scanner = new PythonScanner(text)
  const value = readValue(scanner, 0)
  scanner.skipSpace()
  if (scanner.at < text.length) throw scanner.error('more text after the value')
  return value
}

function readValue(scanner: PythonScanner, depth: number): PythonValue {
  if (depth > maxDepth) throw scanner.error(`nested more than ${maxDepth} deep`)
  scanner.skipSpace()
  const first = scanner.text[scanner.at]
  if (first === '{') return readBraces(scanner, depth)
  if (first === '[') return readSequence(scanner, ']', depth).values
  if (first === '(') return readParentheses(scanner, depth)
  const text = readStrings(scanner)
  if (text !== undefined) return text
  if (first === '-' || first === '+') return readSigned(scanner)
  return readPlain(scanner)
}

function readPlain(scanner: PythonScanner): PythonValue {
  const start = scanner.at
  const name = scanner.match(word)
  if (name !== undefined && Object.hasOwn(words, name)) return words[name]
  scanner.at = start
  return readNumber(scanner)
}

function readSigned(scanner: PythonScanner): number {
  const negative = scanner.text[scanner.at++] === '-'
  scanner.skipSpace()
  const isInfinite = scanner.match(/inf\b/y) !== undefined
  const magnitude = isInfinite ? Infinity : readNumber(scanner)
  return negative ? -magnitude : magnitude
}

function readNumber(scanner: PythonScanner): number {
  const start = scanner.at
  const digits = scanner.match(numberText)
  if (digits === undefined)
    throw scanner.error(
      start < scanner.text.length ? 'unexpected character' : 'the text ends too early',
    )
  if (/^0[0-9]*[1-9]/.test(digits) && !/[.eExXoObB]/.test(digits))
    throw scanner.error('a number with a leading zero', start)
  if (/__|_$|_[.eE]/.test(digits) || scanner.match(word) !== undefined)
    throw scanner.error('not a number', start)
  return Number(digits.replaceAll('_', ''))
}

/** A tuple, or a value in parentheses. */
function readParentheses(scanner: PythonScanner, depth: number): PythonValue {
  const { values, commas } = readSequence(scanner, ')', depth)
  return values.length === 1 && commas === 0 ? values[0] : values
}

/** @param values - those that have been read already, with the opening bracket */
function readSequence(
  scanner: PythonScanner,
  close: string,
  depth: number,
  values: PythonValue[] = [],
): { values: PythonValue[]; commas: number } {
  if (values.length === 0) scanner.at++
  for (let commas = 0; ; commas++) {
    if (scanner.taken(close)) return { values, commas }
    values.push(readValue(scanner, depth + 1))
    if (scanner.taken(close)) return { values, commas }
    scanner.expect(',', close)
  }
}

/** A dict, or a set. */
function readBraces(scanner: PythonScanner, depth: number): PythonValue {
  scanner.at++
  const dict: PythonDict = Object.create(null)
  if (scanner.taken('}')) return dict
  const first = readValue(scanner, depth + 1)
  if (!scanner.taken(':')) return readRestOfSet(scanner, first, depth)
  for (let key = first; ; key = readValue(scanner, depth + 1), scanner.expect(':')) {
    dict[keyText(scanner, key)] = readValue(scanner, depth + 1)
    if (scanner.taken('}')) return dict
    scanner.expect(',', '}')
    if (scanner.taken('}')) return dict
  }
}

function readRestOfSet(scanner: PythonScanner, first: PythonValue, depth: number): PythonValue[] {
  if (scanner.taken('}')) return [first]
  scanner.expect(',', '}')
  return readSequence(scanner, '}', depth, [first]).values
}

function keyText(scanner: PythonScanner, key: PythonValue): string {
  if (typeof key === 'object' && key !== null)
    throw scanner.error('a key that is neither text nor a number')
  return String(key)
}
