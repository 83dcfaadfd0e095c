import { type Comparison } from '../experiment/preset.js'
import {
  average,
  bootstrapOverUsers,
  completePairs,
  fewestTested,
  holm,
  informs,
  type PairedTest,
  pairedT,
  spreads,
} from '../util/statistics.js'
import { stream } from '../util/random.js'
import { decodeUsers, type TrialRow } from '../experiment/row.js'

/** A tested hypothesis: a comparison of two arms in one metric, paired over the seeds. */
export interface Compared extends Comparison, PairedTest {
  /** The metric: `cold:recall@50`. */
  metric: string
  /** p after Holm's correction over all tests of the run; absent as p is. */
  pHolm?: number
  /**
   * 95 % interval of the difference when users, not seeds, are drawn again; only for the metric at
   * K = `policy.rewardK`, where p is there and the users' differences vary.
   */
  userInterval?: [number, number]
}

/**
 * Arms paired by seed, over the seeds in which both have a value; empty for a single seed, which
 * has no error.
 */
export function compare(
  rows: TrialRow[],
  comparisons: Comparison[],
  metrics: string[],
  userMetric: string,
): Compared[] {
  const seeds = [...new Set(rows.map(({ seed }) => seed))]
  const tests = comparisons.flatMap(({ arm, against, factors = {} }) => {
    const same = JSON.stringify(factors)
    const [x, y] = [arm, against].map((name) =>
      seeds.map((seed) =>
        rows.find(
          (row) => row.seed === seed && row.policy === name && JSON.stringify(row.factors) === same,
        ),
      ),
    )
    return metrics.flatMap((metric) => {
      const [own, other] = [x, y].map((list) => list.map((row) => row?.metrics[metric] ?? NaN))
      if (completePairs(own, other).length < 2) return []
      const test = pairedT(own, other)
      const overUsers =
        test.p !== undefined && metric === userMetric
          ? bootstrapOverUsers(meanOfUsers(x), meanOfUsers(y), stream(0, 'bootstrap', arm, against))
          : undefined
      return {
        ...{ arm, against, factors, metric },
        ...test,
        ...(overUsers && { userInterval: overUsers }),
      }
    })
  })
  const corrected = holm(tests.map(({ p = NaN }) => p))
  return tests.map((test, k) => (test.p === undefined ? test : { ...test, pHolm: corrected[k] }))
}

/**
 * The comparisons of a run as they may be shown. Results of earlier versions hold tests of too few
 * procedures, and of differences that do not vary: of these remains the difference alone.
 */
export function shownComparisons({ comparisons }: { comparisons: Compared[] }): Compared[] {
  return comparisons.map((compared) => {
    const { relative, relativeInterval, ...rest } = compared
    const { interval, t, p, pHolm, effectSize, userInterval, ...measured } = rest
    const { n, difference, standardError } = measured
    const varying = spreads(standardError * Math.sqrt(n), Math.abs(difference))
    const tested = n >= fewestTested && varying && Number.isFinite(p)
    return {
      ...measured,
      standardError: varying ? standardError : 0,
      ...(tested ? { interval, t, p, pHolm, effectSize, userInterval } : {}),
      ...(informs([relative ?? NaN, ...(relativeInterval ?? [])])
        ? { relative, ...(tested ? { relativeInterval } : {}) }
        : {}),
    }
  })
}

/** Each user's recall, averaged over the procedures. */
function meanOfUsers(rows: (TrialRow | undefined)[]): number[] {
  const users = rows.flatMap((row) => (row ? [decodeUsers(row.userRecall)] : []))
  return Array.from(users[0] ?? [], (_, k) => average(users.map((own) => own[k])))
}
