import { describe, expect, it } from 'vitest'
import { fitLogistic } from '#src/util/logistic.js'
import { stream } from '#src/util/random.js'

/** Draws labels from known coefficients. */
function draw(n: number, coefficients: number[], intercept: number) {
  const rng = stream(1, 'logistic')
  const features = Float64Array.from({ length: n * coefficients.length }, () => rng.normal())
  const labels = Uint8Array.from({ length: n }, (_, k) => {
    const score = coefficients.reduce(
      (sum, c, j) => sum + c * features[k * coefficients.length + j],
      intercept,
    )
    return rng.uniform() < 1 / (1 + Math.exp(-score)) ? 1 : 0
  })
  return { width: coefficients.length, features, labels, weights: new Float64Array(n).fill(1) }
}

describe('a weighted logistic regression', () => {
  it('finds the coefficients that the labels were drawn from', () => {
    const { coefficients, intercept } = fitLogistic(draw(40_000, [1.5, -0.5], -2))
    // Standard errors are about .02 at this size.
    expect(Math.abs(coefficients[0] - 1.5)).toBeLessThan(0.1)
    expect(Math.abs(coefficients[1] + 0.5)).toBeLessThan(0.1)
    expect(Math.abs(intercept + 2)).toBeLessThan(0.1)
  })

  it('takes weights as repetitions', () => {
    const once = draw(400, [1], 0)
    const twice = {
      width: 1,
      features: Float64Array.from([...once.features, ...once.features]),
      labels: Uint8Array.from([...once.labels, ...once.labels]),
      weights: new Float64Array(800).fill(1),
    }
    const heavy = { ...once, weights: new Float64Array(400).fill(2) }
    expect(fitLogistic(heavy).coefficients[0]).toBeCloseTo(fitLogistic(twice).coefficients[0], 6)
  })

  it('gives a constant feature no weight, and stays finite where labels are separable', () => {
    const features = Float64Array.from([1, 5, 2, 5, 3, 5, 4, 5])
    const labels = Uint8Array.of(0, 0, 1, 1)
    const weights = new Float64Array(4).fill(1)
    const { coefficients, intercept } = fitLogistic({ width: 2, features, labels, weights })
    expect(coefficients[1]).toBe(0)
    expect(coefficients[0]).toBeGreaterThan(0)
    expect(Number.isFinite(coefficients[0]) && Number.isFinite(intercept)).toBe(true)
  })
})
