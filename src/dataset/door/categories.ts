import { parsePythonLiteral, PythonLiteralError } from './python-literal.js'

/**
 * Category paths of a cell: `A > B | C`; lists as JSON or Python write them, `['A', 'B']` (a path
 * each), `[['A', 'B']]` (paths), `[{'id': 1, 'name': 'A'}]`; `A, B` where no other separator is
 * there. In JSON also a list of levels (one path).
 */
export function categoriesOf(value: unknown, levelSeparator: string): unknown[][] {
  if (Array.isArray(value)) return pathsOf(value, true)
  if (typeof value !== 'string') return []
  const list = listIn(value.trim())
  if (list) return pathsOf(list, false)
  const by =
    value.includes('|') || value.includes(levelSeparator) || !value.includes(',') ? '|' : ','
  return value.split(by).map((path) => path.split(levelSeparator))
}

/** @param onePath - whether a plain list is the levels of one path, as in JSON */
function pathsOf(list: readonly unknown[], onePath: boolean): unknown[][] {
  const named = list.map((one) =>
    typeof one === 'object' && one !== null && !Array.isArray(one) && 'name' in one
      ? one.name
      : one,
  )
  if (named.some(Array.isArray)) return named.filter((path) => Array.isArray(path))
  return onePath && named.every((level, k) => level === list[k])
    ? [named]
    : named.map((level) => [level])
}

/** The list that a text spells in JSON or Python. */
function listIn(text: string): unknown[] | undefined {
  if (!text.startsWith('[') || !text.endsWith(']')) return undefined
  for (const read of [JSON.parse, parsePythonLiteral])
    try {
      const value = read(text) as unknown
      if (Array.isArray(value)) return value
    } catch (error) {
      if (!(error instanceof SyntaxError || error instanceof PythonLiteralError)) throw error
    }
  return undefined
}

/**
 * Category paths of a `token_seq` of RecBole: tokens between spaces, or between commas, quotes
 * dropped, where it has some: `'Beauty', 'Makeup'`. One path where the column is of categories, a
 * path each where it is of classes or genres.
 */
export function tokenPaths(cell: string, column: string): string[][] {
  const listed = cell.includes(',') || /^\s*\[?\s*(['"]).*\1\s*\]?\s*$/.test(cell)
  const tokens = listed
    ? cell
        .replace(/^\s*\[|\]\s*$/g, '')
        .split(',')
        .map((token) => token.trim().replace(/^(['"])(.*)\1$/, '$2'))
    : cell.split(' ')
  return /^categor/i.test(column) ? [tokens] : tokens.map((token) => [token])
}
