import { z } from 'zod'
import { ConfigError, quote } from './errors.js'

/**
 * Checks a record of settings and fills in the defaults.
 *
 * @param section - name of the section that the record is, for messages; absent = all of them
 * @throws ConfigError naming the setting, the value and what is allowed
 */
export function parseSettings<Schema extends z.ZodType>(
  schema: Schema,
  record: unknown,
  section = '',
): z.output<Schema> {
  const parsed = schema.safeParse(record)
  if (parsed.success) return parsed.data
  throw configError(schema, parsed.error.issues[0], record, section)
}

function configError(
  schema: z.ZodType,
  issue: z.core.$ZodIssue,
  record: unknown,
  section: string,
): ConfigError {
  const path = [...(section ? [section] : []), ...issue.path].join('.')
  if (issue.code !== 'unrecognized_keys') {
    const value = valueAt(record, issue.path)
    const said = value === undefined ? 'is missing' : `= ${quote(value)}: ${issue.message}`
    return new ConfigError(`setting ${path || 'config'} ${said}`)
  }
  const unknown = issue.keys.map((key) => quote(path ? `${path}.${key}` : key)).join(', ')
  const known = namesAt(schema, issue.path)
  return new ConfigError(
    `unknown setting ${unknown}${known.length > 0 ? `; known here: ${known.join(', ')}` : ''}`,
  )
}

/** Names of the settings that a section has. */
function namesAt(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let at: unknown = schema
  for (const key of path) {
    const section = inner(at)
    at =
      section instanceof z.ZodObject
        ? (section.shape as Record<PropertyKey, unknown>)[key]
        : section instanceof z.ZodArray
          ? section.element
          : undefined
  }
  const section = inner(at)
  return section instanceof z.ZodObject ? Object.keys(section.shape) : []
}

/** A schema without its default, or its leave to be absent. */
function inner(schema: unknown): unknown {
  const wrapped =
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodOptional
  return wrapped ? inner(schema.unwrap()) : schema
}

function valueAt(record: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key],
    record,
  )
}

/** Settings over settings, section by section. */
export function mergeSettings(
  base: Record<string, unknown>,
  over: Record<string, unknown>,
): Record<string, unknown> {
  const isSection = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
  return {
    ...base,
    ...Object.fromEntries(
      Object.entries(over).map(([key, value]) => [
        key,
        isSection(value) && isSection(base[key]) ? mergeSettings(base[key], value) : value,
      ]),
    ),
  }
}
