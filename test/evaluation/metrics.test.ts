import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hitRateAtK, mrr, ndcgAtK, type Place, recallAtK } from '#src/evaluation/metrics.js'

/**
 * Averages a metric over every order of the tied items: the definition of "ties by expected value".
 */
function byEnumeration(
  scores: number[],
  relevant: number[],
  metric: (ranks: number[]) => number,
): number {
  const orders = permutations(scores.map((_, i) => i)).filter((order) =>
    order.every((item, k) => k === 0 || scores[order[k - 1]] >= scores[item]),
  )
  const values = orders.map((order) => metric(relevant.map((item) => order.indexOf(item) + 1)))
  return values.reduce((a, b) => a + b, 0) / values.length
}

function permutations(items: number[]): number[][] {
  if (items.length < 2) return [items]
  return items.flatMap((first, i) =>
    permutations(items.filter((_, j) => j !== i)).map((rest) => [first, ...rest]),
  )
}

function places(scores: number[], relevant: number[]): Place[] {
  return relevant.map((item) => ({
    above: scores.filter((s) => s > scores[item]).length,
    tied: scores.filter((s, i) => s === scores[item] && i !== item).length,
  }))
}

describe('metrics', () => {
  it('are 1 for a perfect ranking', () => {
    const perfect = [
      { above: 0, tied: 0 },
      { above: 1, tied: 0 },
    ]
    for (const metric of [recallAtK, ndcgAtK, hitRateAtK])
      expect(metric(perfect, 2)).toBeCloseTo(1, 12)
    expect(mrr(perfect)).toBe(1)
  })

  it('give an all-tied ranking the value of chance', () => {
    expect(recallAtK([{ above: 0, tied: 99 }], 10)).toBeCloseTo(0.1, 12)
    expect(hitRateAtK([{ above: 0, tied: 99 }], 10)).toBeCloseTo(0.1, 12)
  })

  it('equal the average over every order of the ties', () => {
    const scores = fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 2, maxLength: 5 })
    fc.assert(
      fc.property(
        scores,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 31 }),
        (values, k, bits) => {
          const relevant = values.map((_, i) => i).filter((i) => (bits >> i) & 1)
          fc.pre(relevant.length > 0)
          const own = places(values, relevant)
          const best = relevant.slice(0, k).reduce((sum, _, i) => sum + 1 / Math.log2(i + 2), 0)
          expect(recallAtK(own, k)).toBeCloseTo(
            byEnumeration(values, relevant, (r) => r.filter((x) => x <= k).length / r.length),
            10,
          )
          expect(hitRateAtK(own, k)).toBeCloseTo(
            byEnumeration(values, relevant, (r) => Number(Math.min(...r) <= k)),
            10,
          )
          expect(mrr(own)).toBeCloseTo(
            byEnumeration(values, relevant, (r) => 1 / Math.min(...r)),
            10,
          )
          expect(ndcgAtK(own, k)).toBeCloseTo(
            byEnumeration(
              values,
              relevant,
              (r) => r.filter((x) => x <= k).reduce((s, x) => s + 1 / Math.log2(x + 1), 0) / best,
            ),
            10,
          )
        },
      ),
    )
  })
})
