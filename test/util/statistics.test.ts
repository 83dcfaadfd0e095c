import { describe, expect, it } from 'vitest'
import {
  bootstrapOverUsers,
  holm,
  meanAndError,
  pairedT,
  repetitionsNeeded,
} from '#src/util/statistics.js'
import { stream } from '#src/util/random.js'

describe('pairedT', () => {
  // Student 1908, extra hours of sleep of ten patients under two drugs: t = 4.0621, df = 9, p =
  // .00283 (R's help of `sleep`).
  const first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2]
  const second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]

  it('gives the sleep data what R gives', () => {
    const test = pairedT(second, first)
    expect(test.difference).toBeCloseTo(1.58, 10)
    expect(test.t).toBeCloseTo(4.0621, 4)
    expect(test.p).toBeCloseTo(0.002833, 6)
    expect(test.interval[0]).toBeCloseTo(0.7001142, 6)
    expect(test.interval[1]).toBeCloseTo(2.4598858, 6)
    expect(test.effectSize).toBeCloseTo(4.0621277 / Math.sqrt(10), 6)
    expect(test.relative).toBeCloseTo(1.58 / 0.75, 10)
  })

  it('gives p = 1 without a difference, p = 0 without noise, and refuses one pair', () => {
    expect(pairedT([1, 2], [1, 2])).toMatchObject({ t: 0, p: 1, effectSize: 0 })
    expect(pairedT([2, 3], [1, 2])).toMatchObject({ t: Infinity, p: 0 })
    expect(() => pairedT([1], [2])).toThrow(/at least 2 pairs/)
  })
})

it('holm steps down, never below an earlier p-value, in the order given', () => {
  // By hand: .01 * 4, .02 * 3, .03 * 2 (but not below .06), .5 * 1.
  expect(holm([0.02, 0.5, 0.01, 0.03]).map((p) => Number(p.toFixed(10)))).toEqual([
    0.06, 0.5, 0.04, 0.06,
  ])
})

it('an effect of half a deviation needs 34 pairs at 80 % power', () => {
  // Cohen 1988, table 2.4.1: n = 34 for a paired test at d = .5.
  expect(repetitionsNeeded(0.5)).toBe(34)
})

it('the bootstrap has the interval of the normal approximation', () => {
  const rng = stream(3)
  const values = Array.from({ length: 900 }, () => rng.normal() + 0.5)
  const zeros = values.map(() => 0)
  const [low, high] = bootstrapOverUsers(values, zeros, stream(1))
  const { mean, standardError } = meanAndError(values)
  expect(low).toBeCloseTo(mean - 1.96 * standardError, 1)
  expect(high).toBeCloseTo(mean + 1.96 * standardError, 1)
})
