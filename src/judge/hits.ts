import { meanAndError } from '../util/statistics.js'

/** A number of hits for each 1,000 users, with its 95 % interval over users. */
export interface Hits {
  per1000: number
  interval: [number, number]
}

/**
 * The mean of the users' hits, and its interval.
 * @param variance - of the mean by what else was drawn at random. Default 0
 */
export function hits(values: number[], variance = 0): Hits {
  const { mean, standardError } = meanAndError(values)
  const half = 1.96 * Math.sqrt(standardError ** 2 + variance)
  const per1000 = (x: number) => 1000 * x
  return { per1000: per1000(mean), interval: [per1000(mean - half), per1000(mean + half)] }
}
