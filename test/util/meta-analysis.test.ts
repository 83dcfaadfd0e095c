import { describe, expect, it } from 'vitest'
import { metaRegression, randomEffects } from '#src/util/meta-analysis.js'
import { stream } from '#src/util/random.js'

// Log risk ratios of 13 trials of BCG against tuberculosis (Colditz et al. 1994), with their
// variances, and the latitude of each.
const values = [
  -0.889311, -1.585389, -1.348073, -1.441551, -0.217547, -0.786116, -1.620898, 0.011952, -0.469418,
  -1.371345, -0.339359, 0.445913, -0.017314,
]
const variances = [
  0.325585, 0.194581, 0.415368, 0.02001, 0.05121, 0.006906, 0.223017, 0.003962, 0.056434, 0.073025,
  0.012412, 0.532506, 0.071405,
]
const latitude = [44, 55, 42, 52, 13, 44, 19, 13, 27, 42, 18, 33, 33]
const trials = values.map((value, k) => ({ value, variance: variances[k] }))

describe('random effects', () => {
  it('are those of statsmodels 0.14 for the BCG trials', () => {
    const { mean, standardError, interval, between, prediction, n } = randomEffects(trials)
    expect(n).toBe(13)
    expect(mean).toBeCloseTo(-0.714968, 5)
    expect(between ** 2).toBeCloseTo(0.318068, 4)
    expect(standardError).toBeCloseTo(0.180892, 5)
    expect(interval[0]).toBeCloseTo(-1.109098, 4)
    expect(interval[1]).toBeCloseTo(-0.320838, 4)
    expect(prediction![0]).toBeCloseTo(-2.018558, 3)
    expect(prediction![1]).toBeCloseTo(0.588622, 3)
  })

  it('of places that agree have no variance between them, and never less error than the plain one', () => {
    const same = Array.from({ length: 5 }, () => ({ value: 2, variance: 0.5 }))
    const { mean, between, standardError } = randomEffects(same)
    expect([mean, between]).toEqual([2, 0])
    expect(standardError).toBeCloseTo(Math.sqrt(0.1), 12)
  })

  it('hold the true mean, and the effect of a new place, in 95 of 100 cases', () => {
    const rng = stream(1, 'meta-analysis')
    let [held, predicted] = [0, 0]
    const cases = 2000
    for (let c = 0; c < cases; c++) {
      const effects = Array.from({ length: 14 }, () => {
        const variance = 0.05 * (0.2 + rng.uniform())
        return { value: 1 + 0.7 * rng.normal() + Math.sqrt(variance) * rng.normal(), variance }
      })
      const { interval, prediction } = randomEffects(effects)
      if (interval[0] <= 1 && 1 <= interval[1]) held++
      const next = 1 + 0.7 * rng.normal()
      if (prediction![0] <= next && next <= prediction![1]) predicted++
    }
    for (const share of [held, predicted].map((count) => count / cases)) {
      expect(share).toBeGreaterThan(0.93)
      expect(share).toBeLessThan(0.97)
    }
  })

  it('need two places, and three for a prediction', () => {
    expect(() => randomEffects(trials.slice(0, 1))).toThrow(/1 places; 2 needed/)
    expect(randomEffects(trials.slice(0, 2)).prediction).toBeUndefined()
  })
})

describe('a meta-regression', () => {
  it('finds that BCG helps more far from the equator', () => {
    const { slope, standardError, p } = metaRegression(trials, latitude)
    // metafor's dat.bcg vignette: -.0291 a degree by REML; the standard deviation is 14.2 degrees.
    expect(slope / 14.2).toBeGreaterThan(-0.033)
    expect(slope / 14.2).toBeLessThan(-0.025)
    expect(standardError).toBeGreaterThan(0)
    expect(p).toBeLessThan(0.01)
  })

  it('finds nothing in a covariate that is drawn at random, in 95 of 100 cases', () => {
    const rng = stream(2, 'meta-regression')
    const ps = Array.from({ length: 400 }, () => {
      const effects = Array.from({ length: 10 }, () => ({ value: rng.uniform(), variance: 0.01 }))
      return metaRegression(
        effects,
        Array.from({ length: 10 }, () => rng.uniform()),
      ).p
    })
    const found = ps.filter((p) => p < 0.05).length / ps.length
    expect(found).toBeGreaterThan(0.02)
    expect(found).toBeLessThan(0.085)
  })

  it('needs four places, and a covariate that differs', () => {
    expect(() => metaRegression(trials.slice(0, 3), [1, 2, 3])).toThrow(/3 places/)
    expect(() =>
      metaRegression(
        trials,
        values.map(() => 7),
      ),
    ).toThrow(/same everywhere/)
  })
})
