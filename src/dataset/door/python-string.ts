import type { PythonScanner } from './python-scanner.js'

const opening = /(?:[uU]|[rR]|[bB]|[bB][rR]|[rR][bB]|[uU][rR])?(?:'''|"""|'|")/y

/** Ends of a string, and backslashes in it, by its quotes. A line's end breaks a short string. */
const special: Record<string, RegExp> = {
  "'": /[\\'\n]/g,
  '"': /[\\"\n]/g,
  "'''": /\\|'''/g,
  '"""': /\\|"""/g,
}

/**
 * \d and the like are not escapes in Python: the backslash stays. A backslash before a line's end
 * joins the lines.
 */
const simpleEscapes: Partial<Record<string, string>> = Object.assign(Object.create(null), {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  '\n': '',
})

/**
 * Reads a string literal, or several that stand side by side and are one; undefined where none
 * begins.
 * @throws PythonLiteralError for a string that does not end, or a bad escape
 */
export function readStrings(scanner: PythonScanner): string | undefined {
  let joined: string | undefined
  for (;;) {
    const start = scanner.at
    const next = scanner.match(opening)
    if (next === undefined) return joined
    joined = (joined ?? '') + readString(scanner, next, start)
    scanner.skipSpace()
  }
}

function readString(scanner: PythonScanner, opening: string, start: number): string {
  const quotes = opening.replace(/^[a-zA-Z]+/, '')
  const prefix = opening.slice(0, opening.length - quotes.length).toLowerCase()
  const end = special[quotes]
  const parts: string[] = []
  for (;;) {
    end.lastIndex = scanner.at
    const found = end.exec(scanner.text)
    if (found === null || found[0] === '\n')
      throw scanner.error('a string that does not end', start)
    parts.push(scanner.text.slice(scanner.at, found.index))
    scanner.at = found.index + found[0].length
    if (found[0] !== '\\') return parts.join('')
    parts.push(prefix.includes('r') ? rawEscape(scanner, prefix) : escape(scanner, prefix === 'b'))
  }
}

/** In a raw string a backslash stays, and keeps the quote after it from ending the string. */
function rawEscape(scanner: PythonScanner, prefix: string): string {
  // Python 2 reads \u in ur'' too.
  if (prefix === 'ur' && scanner.text[scanner.at] === 'u') return escape(scanner, false)
  if (scanner.at >= scanner.text.length) throw scanner.error('a string that does not end')
  return `\\${scanner.text[scanner.at++]}`
}

function escape(scanner: PythonScanner, bytes: boolean): string {
  const start = scanner.at - 1
  const letter = scanner.text[scanner.at]
  if (letter === undefined) throw scanner.error('a string that does not end', start)
  const octal = scanner.match(/[0-7]{1,3}/y)
  if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8))
  scanner.at++
  if (letter === 'x') return character(scanner, /[0-9a-fA-F]{2}/y, start)
  if (!bytes && letter === 'u') return character(scanner, /[0-9a-fA-F]{4}/y, start)
  if (!bytes && letter === 'U') return character(scanner, /[0-9a-fA-F]{8}/y, start)
  if (!bytes && letter === 'N')
    throw scanner.error('a character by name (\\N{...}), which is not supported', start)
  return simpleEscapes[letter] ?? `\\${letter}`
}

function character(scanner: PythonScanner, digits: RegExp, start: number): string {
  const hex = scanner.match(digits)
  const code = hex === undefined ? Infinity : parseInt(hex, 16)
  if (code > 0x10ffff) throw scanner.error('an escape without its hexadecimal digits', start)
  return String.fromCodePoint(code)
}
