import { describe, expect, it } from 'vitest'
import { histories } from '#src/dataset/histories.js'
import { itemKnnRecommender, popularityRecommender } from '#src/evaluation/baselines.js'
import { evaluate } from '#src/evaluation/evaluate.js'

const train = histories(
  { user: Int32Array.of(0, 0, 1, 1, 2), item: Int32Array.of(0, 1, 0, 2, 0) },
  3,
)
const relevant = {
  users: Int32Array.of(0, 2),
  start: Int32Array.of(0, 1, 2),
  item: Int32Array.of(2, 1),
}
const candidates = Int32Array.of(0, 1, 2)

describe('evaluate', () => {
  it('ranks every candidate, masks histories, shares ties', () => {
    const { perUser, mean } = evaluate(
      popularityRecommender(train, 3),
      { relevant, candidates, mask: train },
      [1],
    )
    // User 0 has only item 2 left; user 2 has 1 and 2 tied.
    expect([...perUser['recall@1']]).toEqual([1, 0.5])
    expect(mean['recall@1']).toBe(0.75)
  })

  it('refuses a K beyond the candidates and scores that are not numbers', () => {
    const popularity = popularityRecommender(train, 3)
    expect(() => evaluate(popularity, { relevant, candidates }, [4])).toThrow(
      /K = 4 is larger than the 3 candidates/,
    )
    const broken = {
      score: (_u: Int32Array, _i: Int32Array, out: Float32Array) => void out.fill(NaN),
    }
    expect(() => evaluate(broken, { relevant, candidates }, [1])).toThrow(
      /score of item 2 for user 0 is not a finite number/,
    )
  })

  it('takes ItemKNN, which scores by the cosine of co-occurrences', () => {
    const out = new Float32Array(3)
    itemKnnRecommender(train, 3).score(Int32Array.of(2), candidates, out)
    // cos(1, 0) = 1 / sqrt(1 * 3), and user 2 has item 0 alone.
    expect(out[1]).toBeCloseTo(1 / Math.sqrt(3), 6)
    expect(out[0]).toBe(0)
  })
})
