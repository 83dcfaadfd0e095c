/** A place in which two records differ, and what each has there; undefined where it has nothing. */
export interface Difference {
  /** Keys on the way to it: `policy.budget`. */
  path: string
  values: [unknown, unknown]
}

/** All places in which two records of plain JSON differ; lists are compared as a whole. */
export function differences(one: unknown, other: unknown, path = ''): Difference[] {
  if (!isRecord(one) || !isRecord(other))
    return JSON.stringify(one) === JSON.stringify(other) ? [] : [{ path, values: [one, other] }]
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((key) =>
    differences(one[key], other[key], path === '' ? key : `${path}.${key}`),
  )
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
