import { expect } from 'vitest'
import type { SparseGradient } from '#src/two-tower/engine.js'

/** Expects numbers within `bound` of the expected ones, relative to the largest of these. */
export function expectNear(
  got: ArrayLike<number>,
  expected: ArrayLike<number>,
  bound: number,
): void {
  let largest = 1e-30
  let error = 0
  for (let k = 0; k < expected.length; k++) {
    largest = Math.max(largest, Math.abs(expected[k]))
    error = Math.max(error, Number.isNaN(got[k]) ? Infinity : Math.abs(got[k] - expected[k]))
  }
  expect(error / largest).toBeLessThan(bound)
}

/** Expects exactly these rows, with values as `expectNear` does. */
export function expectRows(
  got: SparseGradient,
  expected: Map<number, number[]>,
  dim: number,
  bound: number,
): void {
  const rows = [...expected.keys()].sort((a, b) => a - b)
  expect(Array.from(got.rows)).toEqual(rows)
  expect(got.values).toHaveLength(rows.length * dim)
  expectNear(
    got.values,
    rows.flatMap((row) => expected.get(row)!),
    bound,
  )
}
