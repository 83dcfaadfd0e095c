import { average } from '../evaluation/evaluate.js'
import { bootstrapOverUsers, holm, type PairedTest, pairedT } from '../evaluation/statistics.js'
import { stream } from '../util/random.js'
import { decodeUsers } from './arms.js'
import type { Comparison, TrialRow } from './trial.js'

/** A comparison with its evidence: paired over procedures, with the p-value of the whole table's correction. */
export interface Compared extends Comparison, PairedTest {
  metric: string
  /** p after Holm's correction over the table. */
  pHolm: number
  /** 95 % interval of the difference when users, not procedures, are drawn again; at the reward's K. */
  userInterval?: [number, number]
}

/** Arms paired by seed; empty for a single seed, which has no error. */
export function compare(rows: TrialRow[], comparisons: Comparison[], metrics: string[], userMetric: string): Compared[] {
  const seeds = [...new Set(rows.map(({ seed }) => seed))]
  if (seeds.length < 2) return []
  const tests = comparisons.flatMap(({ arm, against, factors = {} }) => {
    const same = JSON.stringify(factors)
    const [x, y] = [arm, against].map((name) => seeds.map((seed) => rows.find((row) => row.seed === seed && row.policy === name && JSON.stringify(row.factors) === same)!))
    return metrics.map((metric) => ({
      arm,
      against,
      factors,
      metric,
      ...pairedT(x.map((row) => row.metrics[metric]), y.map((row) => row.metrics[metric])),
      ...(metric === userMetric ? { userInterval: bootstrapOverUsers(meanOfUsers(x), meanOfUsers(y), stream(0, 'bootstrap', arm, against)) } : {}),
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
