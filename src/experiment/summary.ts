import { average } from '../evaluation/evaluate.js'
import { meanAndError } from '../evaluation/statistics.js'
import type { RunResult, Trial } from './run.js'

/** One row of a run's table: a policy over all seeds. */
export interface SummaryRow {
  policy: string
  factors: Record<string, string | number>
  /** Mean number of users simulated, and of questions put to the chat model about them. */
  users: number
  calls: number
  /** Mean number of questions asked in order to learn. */
  learningCalls: number
  /** `cold:recall@10` and so on: mean over seeds, standard error (null for one seed). */
  metrics: Record<string, { mean: number; standardError: number | null }>
}

/** Arms in the order of the run. */
export function summarise({ trials }: RunResult): SummaryRow[] {
  const arms = new Map<string, Trial[]>()
  for (const trial of trials) {
    const arm = JSON.stringify([trial.policy, trial.factors])
    arms.set(arm, [...(arms.get(arm) ?? []), trial])
  }
  return [...arms.values()].map((own) => {
    const metrics = Object.keys(own[0].metrics).map((metric) => {
      const { mean, standardError } = meanAndError(own.map((trial) => trial.metrics[metric]))
      return [metric, { mean, standardError: Number.isNaN(standardError) ? null : standardError }] as const
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
