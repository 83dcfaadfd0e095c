import jstat from 'jstat'
import { sampleStandardDeviation } from 'simple-statistics'
import { InputError } from './errors.js'
import { average } from './statistics.js'

const { studentt } = jstat.jStat

/** An effect that was measured in one place, and the variance of its error. */
export interface Effect {
  value: number
  variance: number
}

/** What effects in several places have in common, and how far they differ. */
export interface RandomEffects {
  /** Number of places. */
  n: number
  /** Mean of the true effects. */
  mean: number
  /** Standard error of the mean, after Hartung and Knapp. */
  standardError: number
  /** 95 % interval of the mean, by Student's t with n - 1 degrees of freedom. */
  interval: [number, number]
  /** Standard deviation of the true effects between places. */
  between: number
  /** 95 % interval for the true effect in a new place; absent for fewer than three places. */
  prediction?: [number, number]
}

/**
 * A random-effects meta-analysis: each place has a true effect of its own, drawn from a normal
 * distribution, and is measured with an error of known variance. The variance between places is
 * that of Paule and Mandel (1982), the error of the mean that of Hartung and Knapp (2001), never
 * below the plain one; the prediction interval is that of Higgins, Thompson and Spiegelhalter
 * (2009), with n - 2 degrees of freedom. Where errors are as large as the differences between
 * places, it holds for 89 to 92 of 100 new places (simulated, 8 and 14 places).
 * @throws InputError for fewer than two places
 */
export function randomEffects(effects: readonly Effect[]): RandomEffects {
  const { coefficients, errors, between } = regression(effects)
  const [n, mean, standardError] = [effects.length, coefficients[0], errors[0]]
  const within = (half: number): [number, number] => [mean - half, mean + half]
  const spread = Math.sqrt(between ** 2 + standardError ** 2)
  return {
    ...{ n, mean, standardError, between },
    interval: within(tAt(n - 1) * standardError),
    ...(n > 2 ? { prediction: within(tAt(n - 2) * spread) } : {}),
  }
}

/** How an effect changes with something that places differ in. */
export interface MetaRegression {
  /** Change of the effect with one standard deviation of the covariate. */
  slope: number
  standardError: number
  /** Two-sided, by Student's t with n - 2 degrees of freedom. */
  p: number
}

/**
 * A random-effects meta-regression on one covariate, which is standardised. Variances and errors as
 * in `randomEffects`.
 * @throws InputError for fewer than four places, or a covariate that is the same everywhere
 */
export function metaRegression(
  effects: readonly Effect[],
  covariate: readonly number[],
): MetaRegression {
  const n = effects.length
  if (n < 4) throw new InputError(`${n} places; a meta-regression needs 4`)
  const mean = average(covariate)
  const deviation = sampleStandardDeviation([...covariate])
  if (!(deviation > 0)) throw new InputError('the covariate is the same everywhere')
  const standard = covariate.map((x) => (x - mean) / deviation)
  const { coefficients, errors } = regression(effects, standard)
  const t = coefficients[1] / errors[1]
  const p = 2 * studentt.cdf(-Math.abs(t), n - 2)
  return { slope: coefficients[1], standardError: errors[1], p }
}

interface Regression {
  /** Intercept, then the slope where there is a covariate. */
  coefficients: number[]
  errors: number[]
  between: number
}

/** Weighted least squares, with the variance between places that makes the residuals fit it. */
function regression(effects: readonly Effect[], covariate?: readonly number[]): Regression {
  const numCoefficients = covariate ? 2 : 1
  const free = effects.length - numCoefficients
  if (free < 1) throw new InputError(`${effects.length} places; ${numCoefficients + 1} needed`)
  const variance = betweenPlaces((between) => weighted(effects, covariate, between).squares, free)
  const { coefficients, variances, squares } = weighted(effects, covariate, variance)
  const inflation = Math.max(1, squares / free)
  return {
    coefficients,
    errors: variances.map((own) => Math.sqrt(own * inflation)),
    between: Math.sqrt(variance),
  }
}

/**
 * The variance between places at which the sum of the weighted squared residuals is its number of
 * degrees of freedom; 0 where it is not larger without any. It falls as the variance grows.
 */
function betweenPlaces(squaresAt: (variance: number) => number, free: number): number {
  if (squaresAt(0) <= free) return 0
  let [low, high] = [0, 1]
  while (squaresAt(high) > free && high < 1e12) high *= 2
  for (let k = 0; k < 200; k++) {
    const middle = (low + high) / 2
    if (squaresAt(middle) > free) low = middle
    else high = middle
  }
  return (low + high) / 2
}

/** Least squares with weights 1 / (variance of the error + variance between places). */
function weighted(
  effects: readonly Effect[],
  covariate: readonly number[] | undefined,
  between: number,
): { coefficients: number[]; variances: number[]; squares: number } {
  let [s, sx, sxx, sy, sxy] = [0, 0, 0, 0, 0]
  const rows = effects.map(({ value: y, variance }, k) => {
    // Without any variance all weigh the same.
    const w = 1 / Math.max(variance + between, 1e-12)
    const x = covariate?.[k] ?? 0
    s += w
    sx += w * x
    sxx += w * x * x
    sy += w * y
    sxy += w * x * y
    return { w, x, y }
  })
  const determinant = s * sxx - sx * sx
  const slope = covariate ? (s * sxy - sx * sy) / determinant : 0
  const intercept = (sy - slope * sx) / s
  const squares = rows.reduce((sum, { w, x, y }) => sum + w * (y - intercept - slope * x) ** 2, 0)
  return covariate
    ? {
        coefficients: [intercept, slope],
        variances: [sxx / determinant, s / determinant],
        squares,
      }
    : { coefficients: [intercept], variances: [1 / s], squares }
}

/** Half the width of a 95 % interval, in standard errors. */
const tAt = (degrees: number) => studentt.inv(0.975, degrees)
