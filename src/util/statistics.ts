import jstat from 'jstat'
import {
  mean,
  quantileSorted,
  quickselect,
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

/** The value that is at this place, from 0 on, when the values are sorted. */
export function nthSmallest(values: Float64Array, place: number): number {
  const numbers = values.slice()
  // Works in place and by index alone, so it takes a typed array too.
  quickselect(numbers as unknown as number[], place)
  return numbers[place]
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

/** Two-sided p-value of a mean against 0, by its 95 % interval on the normal scale. */
export function pOfInterval([low, high]: readonly [number, number]): number {
  const error = (high - low) / 2 / normal.inv(0.975, 0, 1)
  return 2 * normal.cdf(-Math.abs((low + high) / 2) / error, 0, 1)
}

/** Fewest pairs, e.g. whole procedures, that are tested: of fewer, a p-value would say little. */
export const fewestTested = 5
/** Of the largest value: differences that spread by no more than this differ by rounding alone. */
const rounding = 1e-9
/** 1,000 %: a larger relative difference says that its base is near zero, and little else. */
const largestRelative = 10

/**
 * Whether values vary by more than rounding: their standard deviation is above 1e-9 of the largest
 * magnitude.
 * @param magnitude - largest magnitude of what they were made of. Default: that of the values
 */
export function varies(values: number[], magnitude = largest(values)): boolean {
  return values.length > 1 && spreads(sampleStandardDeviation(values), magnitude)
}

/** Whether a standard deviation is more than rounding of values of this magnitude. */
export function spreads(deviation: number, magnitude: number): boolean {
  return deviation > rounding * magnitude
}

/** Largest magnitude. */
const largest = (values: number[]) =>
  values.filter(Number.isFinite).reduce((most, x) => Math.max(most, Math.abs(x)), 0)

/**
 * Outcome of a paired t-test of x against y. With fewer than 5 pairs, or where the differences do
 * not vary (`varies`), nothing is tested: `interval`, `t`, `p` and `effectSize` are absent.
 */
export interface PairedTest {
  /** Number of pairs that have both values. */
  n: number
  /** mean(x - y). */
  difference: number
  /** Standard error of the difference; 0 where the differences do not vary. */
  standardError: number
  /** 95 % confidence interval of the difference. */
  interval?: [number, number]
  /** difference / standardError, with n - 1 degrees of freedom. */
  t?: number
  /** Two-sided p-value. */
  p?: number
  /** Cohen's d of the differences: their mean in units of their standard deviation. */
  effectSize?: number
  /** difference / |mean(y)|; absent where it, or its interval, is beyond 1,000 %. */
  relative?: number
  /** 95 % confidence interval of `relative`, with mean(y) taken as known. */
  relativeInterval?: [number, number]
}

/**
 * Paired t-test of x against y, both [n]. The unit is one repetition of the whole procedure (a
 * seed). Pairs in which a value is missing (no finite number) are left out.
 * @throws InputError for fewer than two pairs, or lists of different lengths
 * @example
 * const { difference, n, p } = pairedT([0.31, 0.29, 0.33, 0.3, 0.34], [0.3, 0.27, 0.3, 0.3, 0.31])
 */
export function pairedT(x: number[], y: number[]): PairedTest {
  const pairs = completePairs(x, y)
  const n = pairs.length
  if (x.length !== y.length || n < 2)
    throw new InputError(
      `a paired test needs at least 2 pairs, got ${n} of ${x.length} and ${y.length} values`,
    )
  const differences = pairs.map(([value, other]) => value - other)
  const difference = mean(differences)
  const varying = varies(differences, largest(pairs.flat()))
  const deviation = varying ? sampleStandardDeviation(differences) : 0
  const standardError = deviation / Math.sqrt(n)
  const base = Math.abs(mean(pairs.map(([, other]) => other)))
  if (!varying || n < fewestTested)
    return { n, difference, standardError, ...relativeTo(base, difference) }
  const half = studentt.inv(0.975, n - 1) * standardError
  const interval: [number, number] = [difference - half, difference + half]
  const t = difference / standardError
  return {
    n,
    difference,
    standardError,
    interval,
    t,
    p: 2 * studentt.cdf(-Math.abs(t), n - 1),
    effectSize: difference / deviation,
    ...relativeTo(base, difference, interval),
  }
}

/** The pairs of x and y, both [n], that have both values: finite numbers. */
export function completePairs(x: number[], y: number[]): [number, number][] {
  return x.flatMap((value, k): [number, number][] =>
    Number.isFinite(value) && Number.isFinite(y[k]) ? [[value, y[k]]] : [],
  )
}

/** Difference and interval in units of the base; nothing where they say only that it is near 0. */
function relativeTo(
  base: number,
  difference: number,
  interval?: [number, number],
): Pick<PairedTest, 'relative' | 'relativeInterval'> {
  const relative = difference / base
  const ends = interval?.map((end) => end / base) as [number, number] | undefined
  if (!informs([relative, ...(ends ?? [])])) return {}
  return { relative, ...(ends ? { relativeInterval: ends } : {}) }
}

/** Whether relative differences inform: all are within 1,000 %. */
export function informs(relative: number[]): boolean {
  return relative.every((x) => Math.abs(x) <= largestRelative)
}

/**
 * Holm's step-down correction of p-values [n], in their order: p_(i) -> max over j <= i of min(1,
 * (n - j + 1) p_(j)), i = 1 the smallest. NaN, a test that was not made, stays NaN and does not
 * count.
 */
export function holm(ps: number[]): number[] {
  const made = [...ps.keys()].filter((k) => !Number.isNaN(ps[k]))
  const corrected = ps.map(() => NaN)
  let highest = 0
  for (const [rank, k] of made.sort((a, b) => ps[a] - ps[b]).entries()) {
    highest = Math.max(highest, Math.min(1, ps[k] * (made.length - rank)))
    corrected[k] = highest
  }
  return corrected
}

/**
 * 95 % percentile interval of mean(x - y), both [n], when the users are drawn again with
 * replacement. Users of whom a value is missing are left out; undefined for fewer than 5 users, or
 * where the differences do not vary.
 * @param repetitions - default 2000
 */
export function bootstrapOverUsers(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  rng: Stream,
  repetitions = 2000,
): [number, number] | undefined {
  const differences = Array.from(x, (value, k) => value - y[k]).filter(Number.isFinite)
  const n = differences.length
  if (n < fewestTested || !varies(differences, largest([...Array.from(x), ...Array.from(y)])))
    return undefined
  const means = Array.from({ length: repetitions }, () => {
    let sum = 0
    for (let i = 0; i < n; i++) sum += differences[rng.below(n)]
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
