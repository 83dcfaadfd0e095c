import { type ReportedRow } from '../experiment/row.js'
import { meanAndError, average } from '../util/statistics.js'
import type { RunResult } from './result.js'

/** One row of a run's table: an arm over all seeds. */
export interface SummaryRow {
  /** Name of the arm. */
  policy: string
  /** Values that tell it apart from arms of the same name. */
  factors: Record<string, string | number>
  /** Mean number of users that were asked about. */
  users: number
  /** Mean number of questions put to the judge about them. */
  calls: number
  /** Mean number of questions put to the judge while learning. */
  learningCalls: number
  /**
   * Mean over seeds and its standard error (null for one seed), by metric: `cold:recall@10`. NaN
   * where a seed lacks the value.
   */
  metrics: Record<string, { mean: number; standardError: number | null }>
}

/** Summarises a run: one row an arm, in the order of the run. */
export function summarise({ trials }: RunResult): SummaryRow[] {
  const arms = new Map<string, ReportedRow[]>()
  for (const trial of trials) {
    const arm = JSON.stringify([trial.policy, trial.factors])
    arms.set(arm, [...(arms.get(arm) ?? []), trial])
  }
  return [...arms.values()].map((own) => {
    const metrics = Object.keys(own[0].metrics).map((metric) => {
      const { mean, standardError } = meanAndError(own.map((trial) => trial.metrics[metric] ?? NaN))
      return [
        metric,
        { mean, standardError: Number.isNaN(standardError) ? null : standardError },
      ] as const
    })
    return {
      policy: own[0].policy,
      factors: own[0].factors,
      users: average(own.map(({ users }) => users)),
      calls: average(own.map(({ calls }) => calls)),
      learningCalls: average(own.map(({ learningCalls }) => learningCalls)),
      metrics: Object.fromEntries(metrics),
    }
  })
}
