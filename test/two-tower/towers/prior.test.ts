import { describe, expect, it } from 'vitest'
import { fitWithPrior } from '#src/two-tower/towers/prior.js'
import { stream } from '#src/util/random.js'

const rng = stream(2)
const normal = (n: number) => Float32Array.from({ length: n }, () => rng.normal())
const prior = { dim: 3, users: normal(30), items: normal(24) }
const draws = Array.from({ length: 40 }, () => [rng.below(10), rng.below(4) + 4, rng.below(4)])
const pairs = {
  user: Int32Array.from(draws, ([u]) => u),
  chosen: Int32Array.from(draws, ([, a]) => a),
  rejected: Int32Array.from(draws, ([, , b]) => b),
  target: Float32Array.from(draws, () => 0.5 + rng.uniform() / 2),
}

/** The objective, in the plainest form. */
function loss(items: Float32Array, strength: number): number {
  let sum = 0
  for (let i = 0; i < items.length; i++) sum += (strength / 2) * (items[i] - prior.items[i]) ** 2
  for (let p = 0; p < draws.length; p++) {
    let score = 0
    for (let d = 0; d < 3; d++)
      score +=
        prior.users[pairs.user[p] * 3 + d] *
        (items[pairs.chosen[p] * 3 + d] - items[pairs.rejected[p] * 3 + d])
    sum +=
      pairs.target[p] * Math.log1p(Math.exp(-score)) +
      (1 - pairs.target[p]) * Math.log1p(Math.exp(score))
  }
  return sum
}

describe('fitWithPrior', () => {
  it.each([100, 10, 3])('finds the minimum of its objective at strength %d', (strength) => {
    const { items } = fitWithPrior(prior, pairs, strength)
    const least = loss(items, strength)
    expect(least).toBeLessThan(loss(prior.items, strength))
    for (let i = 0; i < items.length; i++)
      for (const by of [-0.02, 0.02])
        expect(
          loss(
            items.map((x, k) => (k === i ? x + by : x)),
            strength,
          ),
        ).toBeGreaterThan(least - 1e-4)
  })

  it('gives the prior without pairs, and when the prior is infinitely strong', () => {
    expect(fitWithPrior(prior, pairs, Infinity).items).toEqual(prior.items)
    const none = new Int32Array(0)
    expect(fitWithPrior(prior, { user: none, chosen: none, rejected: none }, 1).items).toEqual(
      prior.items,
    )
    expect(() => fitWithPrior(prior, pairs, 0)).toThrow(/must be positive/)
  })
})
