import { type Comparison } from '../experiment/preset.js'
import { bootstrapOverUsers, holm, type PairedTest, pairedT, average } from '../util/statistics.js'
import { stream } from '../util/random.js'
import { decodeUsers, type TrialRow } from '../experiment/row.js'

/** A tested hypothesis: a comparison of two arms in one metric, paired over the seeds. */
export interface Compared extends Comparison, PairedTest {
  /** The metric: `cold:recall@50`. */
  metric: string
  /** p after Holm's correction over all tests of the run. */
  pHolm: number
  /**
   * 95 % interval of the difference when users, not seeds, are drawn again; only for the metric at
   * K = `policy.rewardK`.
   */
  userInterval?: [number, number]
}

/** Arms paired by seed; empty for a single seed, which has no error. */
export function compare(
  rows: TrialRow[],
  comparisons: Comparison[],
  metrics: string[],
  userMetric: string,
): Compared[] {
  const seeds = [...new Set(rows.map(({ seed }) => seed))]
  if (seeds.length < 2) return []
  const tests = comparisons.flatMap(({ arm, against, factors = {} }) => {
    const same = JSON.stringify(factors)
    const [x, y] = [arm, against].map((name) =>
      seeds.map((seed) =>
        rows.find(
          (row) => row.seed === seed && row.policy === name && JSON.stringify(row.factors) === same,
        )!,
      ),
    )
    return metrics.map((metric) => ({
      arm,
      against,
      factors,
      metric,
      ...pairedT(
        x.map((row) => row.metrics[metric]),
        y.map((row) => row.metrics[metric]),
      ),
      ...(metric === userMetric
        ? {
            userInterval: bootstrapOverUsers(
              meanOfUsers(x),
              meanOfUsers(y),
              stream(0, 'bootstrap', arm, against),
            ),
          }
        : {}),
    }))
  })
  const corrected = holm(tests.map(({ p }) => p))
  return tests.map((test, k) => ({ ...test, pHolm: corrected[k] }))
}

/** Each user's recall, averaged over the procedures. */
function meanOfUsers(rows: TrialRow[]): number[] {
  const users = rows.map((row) => decodeUsers(row.userRecall))
  return Array.from(users[0], (_, k) => average(users.map((own) => own[k])))
}
