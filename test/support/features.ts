import type { UserFeatures } from '#src/features/features.js'

/** Features of made-up users 100, 101, ...: one row a user, scaled as they are. */
export function featuresOf(rows: number[][]): UserFeatures {
  const names = rows[0].map((_, j) => `f${j}`)
  return {
    users: Int32Array.from(rows, (_, k) => 100 + k),
    names,
    raw: names.map((_, j) => Float64Array.from(rows, (row) => row[j])),
    scaled: Float64Array.from(rows.flat()),
    unavailable: [],
  }
}
