import jstat from 'jstat'
import { mean, quantileSorted, sampleStandardDeviation } from 'simple-statistics'
import { InputError } from '../util/errors.js'
import type { Stream } from '../util/random.js'

const { studentt, normal } = jstat.jStat

/** A mean over seeds with its standard error (NaN for fewer than two values). */
export interface MeanAndError {
  mean: number
  /** s / sqrt(n), s with n - 1 in the denominator. */
  standardError: number
  n: number
}

export function meanAndError(values: number[]): MeanAndError {
  return {
    mean: mean(values),
    standardError: values.length < 2 ? NaN : sampleStandardDeviation(values) / Math.sqrt(values.length),
    n: values.length,
  }
}

/** Outcome of a paired t-test of x - y. */
export interface PairedTest {
  n: number
  difference: number
  standardError: number
  /** 95 % confidence interval of the difference. */
  interval: [number, number]
  t: number
  /** Two-sided; 1 where nothing differs. */
  p: number
  /** Cohen's d of the differences: their mean in units of their standard deviation. */
  effectSize: number
  /** difference / mean(y), and its interval with mean(y) taken as known. */
  relative: number
  relativeInterval: [number, number]
}

/** Paired t-test over repetitions (the unit is the whole procedure). @throws InputError for fewer than two pairs */
export function pairedT(x: number[], y: number[]): PairedTest {
  if (x.length !== y.length || x.length < 2) throw new InputError(`a paired test needs at least 2 pairs, got ${x.length} and ${y.length} values`)
  const differences = x.map((value, k) => value - y[k])
  const n = differences.length
  const difference = mean(differences)
  const deviation = sampleStandardDeviation(differences)
  const standardError = deviation / Math.sqrt(n)
  const half = studentt.inv(0.975, n - 1) * standardError
  const t = deviation === 0 ? (difference === 0 ? 0 : Math.sign(difference) * Infinity) : difference / standardError
  const base = Math.abs(mean(y))
  const interval: [number, number] = [difference - half, difference + half]
  return {
    n,
    difference,
    standardError,
    interval,
    t,
    p: deviation === 0 ? Number(difference === 0) : 2 * studentt.cdf(-Math.abs(t), n - 1),
    effectSize: deviation === 0 ? t : difference / deviation,
    relative: difference / base,
    relativeInterval: [interval[0] / base, interval[1] / base],
  }
}

/** Holm's step-down correction of p-values, in their order. */
export function holm(ps: number[]): number[] {
  const order = ps.map((_, k) => k).sort((a, b) => ps[a] - ps[b])
  const corrected = new Array<number>(ps.length)
  let largest = 0
  for (const [rank, k] of order.entries()) {
    largest = Math.max(largest, Math.min(1, ps[k] * (ps.length - rank)))
    corrected[k] = largest
  }
  return corrected
}

/** 95 % percentile interval of mean(x - y) when the users are drawn again, with replacement [repetitions times]. */
export function bootstrapOverUsers(x: ArrayLike<number>, y: ArrayLike<number>, rng: Stream, repetitions = 2000): [number, number] {
  const n = x.length
  const means = Array.from({ length: repetitions }, () => {
    let sum = 0
    for (let i = 0; i < n; i++) {
      const k = rng.below(n)
      sum += x[k] - y[k]
    }
    return sum / n
  }).sort((a, b) => a - b)
  return [quantileSorted(means, 0.025), quantileSorted(means, 0.975)]
}

/**
 * Repetitions at which a paired two-sided test at 5 % would show an effect of this size with 80 % power:
 * n = ((z_.975 + z_.8) / d)^2 + z_.975^2 / 2, the normal approximation with its usual correction.
 */
export function repetitionsNeeded(effectSize: number): number {
  const z = normal.inv(0.975, 0, 1)
  return Math.max(2, Math.ceil(((z + normal.inv(0.8, 0, 1)) / effectSize) ** 2 + z ** 2 / 2))
}

/** Spearman's rank correlation, ties by mean rank. */
export { sampleRankCorrelation as rankCorrelation } from 'simple-statistics'
