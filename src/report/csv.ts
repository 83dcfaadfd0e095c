import type { TrialRow } from '../experiment/trial.js'

/** RFC 4180 lines; a number that is not known (NaN) is an empty cell. */
export function csv(head: string[], rows: (string | number)[][]): string {
  return [head, ...rows].map((row) => row.map(cell).join(',')).join('\n') + '\n'
}

function cell(value: string | number): string {
  if (typeof value === 'number') return Number.isNaN(value) ? '' : String(value)
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}

/** One row a trial, one column a metric. */
export function trialsCsv(trials: TrialRow[]): string {
  const metrics = Object.keys(trials[0]?.metrics ?? {})
  const head = ['policy', 'seed', 'users', 'calls', 'learningCalls', 'failed', 'validation', ...metrics]
  return csv(
    head,
    trials.map((t) => [t.policy, t.seed, t.users, t.calls, t.learningCalls, t.failed, t.validation, ...metrics.map((metric) => t.metrics[metric])]),
  )
}
