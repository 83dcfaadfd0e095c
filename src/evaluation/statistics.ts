import { mean, sampleStandardDeviation } from 'simple-statistics'

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
