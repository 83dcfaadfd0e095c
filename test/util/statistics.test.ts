import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  bootstrapOverUsers,
  completePairs,
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
    expect(test.interval![0]).toBeCloseTo(0.7001142, 6)
    expect(test.interval![1]).toBeCloseTo(2.4598858, 6)
    expect(test.effectSize).toBeCloseTo(4.0621277 / Math.sqrt(10), 6)
    expect(test.relative).toBeCloseTo(1.58 / 0.75, 10)
  })

  it.each<[string, number[], number[], object, string[]]>([
    // 0.1 + 0.2 - 0.3 is 5.6e-17: what is left is rounding.
    [
      'the same difference in 2',
      [0.3 + 0.1, 0.2 + 0.1],
      [0.3, 0.2],
      { n: 2, standardError: 0 },
      ['relative'],
    ],
    [
      'the same difference in 6',
      [0.1, 0.2, 0.3, 0.4, 0.5, 0.6].map((x) => x + 0.089),
      [0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
      { n: 6, standardError: 0 },
      ['relative'],
    ],
    [
      'no difference',
      [1, 2, 3, 4, 5],
      [1, 2, 3, 4, 5],
      { difference: 0, relative: 0 },
      ['relative'],
    ],
    ['nothing but zeros', [0, 0, 0, 0, 0], [0, 0, 0, 0, 0], { difference: 0 }, []],
    ['few pairs that vary', [1, 2, 4, 3], [1, 1, 1, 1], { n: 4, difference: 1.5 }, ['relative']],
    [
      'a value that is missing',
      [1, 2, NaN, 4, 3],
      [1, 1, 1, 1, 1],
      { n: 4, difference: 1.5 },
      ['relative'],
    ],
    [
      'a base of zero',
      [0.1, 0.2, 0.3, 0.1, 0.2],
      [0, 0, 0, 0, 0],
      { n: 5, p: expect.any(Number) as number },
      ['interval', 't', 'p', 'effectSize'],
    ],
    [
      'an interval beyond 1,000 %',
      [0.1, 9, 0.3, 0.1, 9],
      [0.4, 0.5, 0.4, 0.5, 0.4],
      { n: 5, p: expect.any(Number) as number },
      ['interval', 't', 'p', 'effectSize'],
    ],
    [
      'pairs that vary',
      [1, 2, 4, 3, 3],
      [1, 1, 1, 1, 1],
      { n: 5, relative: 1.6 },
      ['interval', 't', 'p', 'effectSize', 'relative', 'relativeInterval'],
    ],
  ])('of %s gives what can be said, and no more', (_, x, y, said, keys) => {
    const test = pairedT(x, y)
    expect(test).toMatchObject(said)
    expect(Object.keys(test)).toEqual(['n', 'difference', 'standardError', ...keys])
    expect(Object.values(test).flat().every(Number.isFinite)).toBe(true)
  })

  it('gives finite numbers alone, whatever the values', () => {
    const value = fc.oneof(
      fc.double({ min: -1, max: 1 }),
      fc.constantFrom(0, 0.1, 0.3, NaN, Infinity, 1e-300),
    )
    const pair = fc.tuple(value, value)
    fc.assert(
      fc.property(fc.array(pair, { minLength: 2, maxLength: 8 }), (pairs) => {
        const [x, y] = [pairs.map(([a]) => a), pairs.map(([, b]) => b)]
        const n = completePairs(x, y).length
        if (n < 2) return
        const test = pairedT(x, y)
        const numbers = Object.values(test).flat() as number[]
        expect(numbers.every(Number.isFinite)).toBe(true)
        expect(Math.abs(test.relative ?? 0)).toBeLessThanOrEqual(10)
        if (n < 5) expect(test.p).toBeUndefined()
        expect(Math.abs(test.effectSize ?? 0)).toBeLessThanOrEqual(1e9)
      }),
      { seed: 1, numRuns: 2000 },
    )
  })

  it('refuses one pair', () => {
    expect(() => pairedT([1], [2])).toThrow(/at least 2 pairs/)
    expect(() => pairedT([1, NaN], [2, 3])).toThrow(/at least 2 pairs, got 1 of 2/)
    expect(() => pairedT([1, 2, 3], [1, 2])).toThrow(/at least 2 pairs/)
  })
})

it('holm steps down, never below an earlier p-value, in the order given', () => {
  // By hand: .01 * 4, .02 * 3, .03 * 2 (but not below .06), .5 * 1.
  expect(holm([0.02, 0.5, 0.01, 0.03]).map((p) => Number(p.toFixed(10)))).toEqual([
    0.06, 0.5, 0.04, 0.06,
  ])
})

it('holm corrects the tests that were made, whatever is missing', () => {
  expect(holm([0.02, NaN, 0.5, 0.01, NaN, 0.03])).toEqual([0.06, NaN, 0.5, 0.04, NaN, 0.06])
  expect(holm([NaN])).toEqual([NaN])
  expect(holm([])).toEqual([])
})

it('an effect of half a deviation needs 34 pairs at 80 % power', () => {
  // Cohen 1988, table 2.4.1: n = 34 for a paired test at d = .5.
  expect(repetitionsNeeded(0.5)).toBe(34)
})

it('the bootstrap has the interval of the normal approximation', () => {
  const rng = stream(3)
  const values = Array.from({ length: 900 }, () => rng.normal() + 0.5)
  const zeros = values.map(() => 0)
  const [low, high] = bootstrapOverUsers(values, zeros, stream(1))!
  const { mean, standardError } = meanAndError(values)
  expect(low).toBeCloseTo(mean - 1.96 * standardError, 1)
  expect(high).toBeCloseTo(mean + 1.96 * standardError, 1)
})

it.each<[string, number[], number[]]>([
  ['few users', [1, 2, 3, 4], [0, 0, 0, 0]],
  ['the same difference of each', [0.1, 0.2, 0.3, 0.4, 0.5], [0.2, 0.3, 0.4, 0.5, 0.6]],
  ['nobody', [], []],
  ['users of whom a value is missing', [NaN, 2, 3, 4, 5], [0, 0, 0, 0, 0]],
])('the bootstrap has no interval of %s', (_, x, y) => {
  expect(bootstrapOverUsers(x, y, stream(1))).toBeUndefined()
})
