import type { ReportedRow } from '../experiment/row.js'
import type { Difference } from '../util/differences.js'
import { compare, type Compared } from './comparisons.js'
import { originDifferences } from './other-run.js'
import type { RunResult } from './result.js'
import { summarise, type SummaryRow } from './summary.js'

/** An arm that two runs have, in one metric that both measured. */
export interface ComparedArm {
  policy: string
  factors: SummaryRow['factors']
  metric: string
  /** Means and standard errors: over the seeds of both, or of each where nothing is paired. */
  values: [SummaryRow['metrics'][string], SummaryRow['metrics'][string]]
  /** The second run minus the first, paired over the seeds of both; absent without two of them. */
  paired?: Compared
}

/** Two runs, side by side. */
export interface RunComparison {
  /** Whether differences of the results come from the settings that differ. */
  comparable: boolean
  /** What stands in the way, or must be kept in mind; empty where nothing does. */
  notes: string[]
  /** Seeds that both have. */
  seeds: number[]
  differences: Difference[]
  arms: ComparedArm[]
  /** Names of arms that one alone has. */
  only: [string[], string[]]
}

/** Compares two runs: what they were told, and what they found. */
export function compareRuns(one: RunResult, other: RunResult): RunComparison {
  const differences = originDifferences(one, other)
  const has = (start: string) => differences.some(({ path }) => path.startsWith(start))
  const otherData = has('fingerprint')
  const otherSplit = has('split.') || has('evaluation.exposure')
  const comparable = !otherData && !otherSplit
  const seeds = one.seeds.filter((seed) => other.seeds.includes(seed))
  const few = seeds.length < 2
  const notes = [
    ...(otherData ? ['the data differ, so differences are of other users and items'] : []),
    ...(otherSplit ? ['other items are new, or shelves differ: other things are measured'] : []),
    ...(has('version') ? ['the versions differ: a difference may come from the program'] : []),
    ...(has('engine') ? ['the engines differ: their numbers are not the same bits'] : []),
    ...(comparable && few ? ['fewer than two seeds are in both, so nothing is paired'] : []),
  ]
  // So that the difference of two means is the mean of the differences.
  const [a, b] = comparable && seeds.length > 0 ? [of(one, seeds), of(other, seeds)] : [one, other]
  const [ours, theirs] = [summarise(a), summarise(b)]
  const missing = (rows: SummaryRow[], from: SummaryRow[]) =>
    rows.filter((row) => !from.some((own) => isSame(own, row))).map(nameOf)
  return {
    comparable,
    notes,
    seeds,
    differences,
    arms: armsOf(a, b, comparable && !few),
    only: [missing(ours, theirs), missing(theirs, ours)],
  }
}

/** A run with these seeds alone. */
function of(result: RunResult, seeds: readonly number[]): RunResult {
  return { ...result, trials: result.trials.filter(({ seed }) => seeds.includes(seed)) }
}

/** Tests of the arms that both have, corrected together. */
function armsOf(one: RunResult, other: RunResult, pairing: boolean): ComparedArm[] {
  const theirs = summarise(other)
  const both = summarise(one).flatMap((row) => {
    const match = theirs.find((own) => isSame(own, row))
    return match ? [{ row, match }] : []
  })
  const metrics = [...new Set(both.flatMap(({ row }) => Object.keys(row.metrics)))]
  const tests = pairing
    ? compare(
        [...rowsOf(one, 'A'), ...rowsOf(other, 'B')],
        both.map(({ row: { policy, factors } }) => ({
          ...{ arm: `B ${policy}`, against: `A ${policy}`, factors },
        })),
        metrics,
        '',
      )
    : []
  return both.flatMap(({ row: { policy, factors, metrics: ours }, match }) =>
    metrics
      .filter((metric) => metric in ours && metric in match.metrics)
      .map((metric) => {
        const paired = tests.find(
          (test) =>
            test.arm === `B ${policy}` &&
            test.metric === metric &&
            JSON.stringify(test.factors) === JSON.stringify(factors),
        )
        const values: ComparedArm['values'] = [ours[metric], match.metrics[metric]]
        return { policy, factors, metric, values, ...(paired ? { paired } : {}) }
      }),
  )
}

/** Rows under names that tell the runs apart, so that one test is the same as within a run. */
function rowsOf({ trials }: RunResult, run: string) {
  return trials.map((row: ReportedRow) => ({
    ...row,
    policy: `${run} ${row.policy}`,
    userRecall: '',
  }))
}

function isSame(a: SummaryRow, b: SummaryRow): boolean {
  return a.policy === b.policy && JSON.stringify(a.factors) === JSON.stringify(b.factors)
}

const nameOf = ({ policy, factors }: SummaryRow) =>
  [policy, ...Object.entries(factors).map(([name, value]) => `${name} ${value}`)].join(', ')
