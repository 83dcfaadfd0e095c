import { DataError, quote as quoted } from '../../util/errors.js'
import { jsonOfPython } from './python-lines.js'

/**
 * What a text is as JSON: objects on lines or a list of them, with their fields; undefined where it
 * is no JSON.
 * @throws DataError for JSON of another shape, with the way to one of these
 */
export function lookAtJson(file: string, text: string, whole: boolean) {
  const begin = text.trimStart()
  if (begin.startsWith('[')) return { format: 'json-array' as const, ...rowsOf(objectsIn(begin)) }
  if (!begin.startsWith('{')) return undefined
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const python = /^\{\s*u?'/.test(begin)
  const objects = lines.flatMap((line) => objectOf(python ? (jsonOfPython(line) ?? '') : line))
  const wrapped = lines.length === 1 && whole ? listIn(objects[0]) : undefined
  if (objects.length > 0 && wrapped === undefined)
    return { format: 'json-lines' as const, python, ...rowsOf(objects) }
  if (python) throw new DataError('the line is not a Python literal', { file, line: 1 })
  const list = wrapped ?? (whole ? listIn(objectOf(begin)[0]) : undefined)
  throw new DataError(
    list === undefined
      ? 'the file is JSON, but neither an object on each line nor a list of objects: `jq -c . FILE` writes one on each line'
      : `the file is one JSON object, whose ${quoted(list)} is the list: \`jq -c '.${list}[]' FILE\` writes an object on each line`,
    { file, line: 1 },
  )
}

/** The field of an object that is not a row itself, but has a list of rows. */
function listIn(object: Record<string, unknown> = {}): string | undefined {
  const fields = Object.entries(object)
  if (fields.some(([name]) => /id$|sku|asin/i.test(name))) return undefined
  return fields.find(([, value]) => Array.isArray(value) && typeof value[0] === 'object')?.[0]
}

function objectOf(text: string): Record<string, unknown>[] {
  try {
    // Python writes NaN where a value is missing, which JSON does not know.
    const value = JSON.parse(text.replace(/([:[,]\s*)(NaN|-?Infinity)\b/g, '$1null')) as unknown
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? [value as Record<string, unknown>]
      : []
  } catch {
    return []
  }
}

/** The first whole objects of a list that may be cut off. */
function objectsIn(text: string): Record<string, unknown>[] {
  const objects: Record<string, unknown>[] = []
  for (let from = text.indexOf('{'); from !== -1 && objects.length < 100;) {
    let end = text.indexOf('}', from)
    let found: Record<string, unknown>[] = []
    while (end !== -1 && (found = objectOf(text.slice(from, end + 1))).length === 0)
      end = text.indexOf('}', end + 1)
    objects.push(...found)
    from = end === -1 ? -1 : text.indexOf('{', end)
  }
  return objects
}

function rowsOf(objects: Record<string, unknown>[]) {
  const columns = [...new Set(objects.flatMap((object) => Object.keys(object)))]
  const cell = (value: unknown) =>
    value === undefined || value === null
      ? ''
      : typeof value === 'string'
        ? value
        : JSON.stringify(value)
  const sample = objects.slice(0, 1000).map((object) => columns.map((name) => cell(object[name])))
  return { columns, sample }
}
