import jstat from 'jstat'
import {
  mean,
  quantileSorted,
  sampleRankCorrelation,
  sampleStandardDeviation,
} from 'simple-statistics'
import { InputError } from './errors.js'
import type { Stream } from './random.js'

const { studentt, normal } = jstat.jStat

/** The mean, summed in order; NaN of nothing. */
export function average(values: ArrayLike<number>): number {
  let sum = 0
  for (let k = 0; k < values.length; k++) sum += values[k]
  return values.length === 0 ? NaN : sum / values.length
}

/** A share with its binomial standard error, sqrt(share (1 - share) / n). */
export interface Share {
  /** From 0 to 1; 0 where n is 0. */
  share: number
  /** Its standard error. */
  standardError: number
  /** Number of cases that it is a share of. */
  n: number
}

/** `hits` of `n`; 0 of nothing. */
export function shareOf(hits: number, n: number): Share {
  const share = hits / Math.max(1, n)
  return { share, standardError: Math.sqrt((share * (1 - share)) / Math.max(1, n)), n }
}

/** Several shares as one, each weighted by its n. */
export function pooledShare(shares: readonly Pick<Share, 'share' | 'n'>[]): Share {
  const n = shares.reduce((sum, one) => sum + one.n, 0)
  return shareOf(
    shares.reduce((sum, one) => sum + one.share * one.n, 0),
    n,
  )
}

/** A mean with its standard error. */
export interface MeanAndError {
  /** The mean. */
  mean: number
  /** s / sqrt(n), where s has n - 1 in the denominator; NaN for fewer than two values. */
  standardError: number
  /** Number of values. */
  n: number
}

/** The mean of some values and its standard error. */
export function meanAndError(values: number[]): MeanAndError {
  return {
    mean: mean(values),
    standardError:
      values.length < 2 ? NaN : sampleStandardDeviation(values) / Math.sqrt(values.length),
    n: values.length,
  }
}

/** Outcome of a paired t-test of x against y. */
export interface PairedTest {
  /** Number of pairs. */
  n: number
  /** mean(x - y). */
  difference: number
  /** Standard error of the difference. */
  standardError: number
  /** 95 % confidence interval of the difference. */
  interval: [number, number]
  /** difference / standardError, with n - 1 degrees of freedom. */
  t: number
  /** Two-sided p-value; 1 where no pair differs. */
  p: number
  /** Cohen's d of the differences: their mean in units of their standard deviation. */
  effectSize: number
  /** difference / |mean(y)|. */
  relative: number
  /** 95 % confidence interval of `relative`, with mean(y) taken as known. */
  relativeInterval: [number, number]
}

/**
 * Paired t-test of x against y, both [n]. The unit is one repetition of the whole procedure (a
 * seed).
 * @throws InputError for fewer than two pairs, or lists of different lengths
 * @example
 * const { difference, p } = pairedT([0.31, 0.29, 0.33], [0.3, 0.27, 0.3])
 */
export function pairedT(x: number[], y: number[]): PairedTest {
  if (x.length !== y.length || x.length < 2)
    throw new InputError(
      `a paired test needs at least 2 pairs, got ${x.length} and ${y.length} values`,
    )
  const differences = x.map((value, k) => value - y[k])
  const n = differences.length
  const difference = mean(differences)
  const deviation = sampleStandardDeviation(differences)
  const standardError = deviation / Math.sqrt(n)
  const half = studentt.inv(0.975, n - 1) * standardError
  const t =
    deviation === 0
      ? difference === 0
        ? 0
        : Math.sign(difference) * Infinity
      : difference / standardError
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

/**
 * Holm's step-down correction of p-values [n], in their order: p_(i) -> max over j <= i of min(1,
 * (n - j + 1) p_(j)), i = 1 the smallest.
 */
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

/**
 * 95 % percentile interval of mean(x - y), both [n], when the users are drawn again with
 * replacement.
 * @param repetitions - default 2000
 */
export function bootstrapOverUsers(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  rng: Stream,
  repetitions = 2000,
): [number, number] {
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
 * Number of repetitions at which a paired two-sided test at 5 % would show an effect of this size
 * with 80 % power: n = ((z_.975 + z_.8) / d)^2 + z_.975^2 / 2, the normal approximation with its
 * usual correction; at least 2.
 * @param effectSize - Cohen's d of the differences
 */
export function repetitionsNeeded(effectSize: number): number {
  const z = normal.inv(0.975, 0, 1)
  return Math.max(2, Math.ceil(((z + normal.inv(0.8, 0, 1)) / effectSize) ** 2 + z ** 2 / 2))
}

/**
 * Spearman's rank correlation of x and y, both [n]: from -1 to 1. Tied values share their mean
 * rank.
 */
export function rankCorrelation(x: number[], y: number[]): number {
  return sampleRankCorrelation(x, y)
}
