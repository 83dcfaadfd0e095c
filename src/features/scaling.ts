/** How a raw feature becomes an input of a scorer. */
export interface Scaling {
  method: 'min-max' | 'z-score'
  log1p: boolean
}

/**
 * Scales one feature over the candidates it is fitted on. min-max: to [0, 1]; z-score: mean 0, standard deviation 1
 * (population). A constant feature becomes 0. NaN (nothing known of the user) becomes the candidates' mean.
 */
export function scale(raw: Float64Array, { method, log1p }: Scaling): Float64Array {
  const values = log1p ? raw.map((x) => Math.log1p(x)) : raw
  const known = values.filter((x) => !Number.isNaN(x))
  const mean = known.reduce((sum, x) => sum + x, 0) / Math.max(1, known.length)
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
  return Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / Math.max(1, values.length))
}
