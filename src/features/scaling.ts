import { average } from '../util/statistics.js'

/** Transformation of a raw feature into an input of a scorer. */
export interface Scaling {
  /** To [0, 1], or to mean 0 and standard deviation 1. */
  method: 'min-max' | 'z-score'
  /** Whether log(1 + x) is taken first. */
  log1p: boolean
}

/**
 * Scales one feature [n] over the candidates. min-max: (x - min) / (max - min), in [0, 1]; z-score:
 * (x - mean) / deviation, with the population's standard deviation. A constant feature becomes 0.
 * NaN (nothing known of the user) becomes the candidates' mean.
 */
export function scale(raw: Float64Array, { method, log1p }: Scaling): Float64Array {
  const values = log1p ? raw.map((x) => Math.log1p(x)) : raw
  const known = values.some(Number.isNaN) ? values.filter((x) => !Number.isNaN(x)) : values
  const mean = average(known)
  const [offset, width] = method === 'min-max' ? minMax(known) : [mean, deviation(known, mean)]
  return values.map((x) => (width > 0 ? ((Number.isNaN(x) ? mean : x) - offset) / width : 0))
}

function minMax(values: Float64Array): [number, number] {
  let min = Infinity
  let max = -Infinity
  for (const x of values) {
    if (x < min) min = x
    if (x > max) max = x
  }
  return [min, max - min]
}

function deviation(values: Float64Array, mean: number): number {
  return Math.sqrt(average(values.map((x) => (x - mean) ** 2)))
}
