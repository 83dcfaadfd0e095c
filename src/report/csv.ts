import type { Trial } from '../experiment/run.js'

/** RFC 4180 lines; a number that is not known (NaN) is an empty cell. */
export function csv(head: string[], rows: (string | number)[][]): string {
  return [head, ...rows].map((row) => row.map(cell).join(',')).join('\n') + '\n'
}

function cell(value: string | number): string {
  if (typeof value === 'number') return Number.isNaN(value) ? '' : String(value)
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value
}

/** One row a trial, one column a factor and a metric. */
export function trialsCsv(trials: Trial[]): string {
  const columns = (record: (trial: Trial) => object) => [...new Set(trials.flatMap((trial) => Object.keys(record(trial))))]
  const factors = columns((trial) => trial.factors)
  const metrics = columns((trial) => trial.metrics)
  const head = ['policy', 'seed', ...factors, 'users', 'calls', 'learningCalls', 'failed', 'trainings', 'validation', ...metrics]
  return csv(
    head,
    trials.map((t) => [
      t.policy,
      t.seed,
      ...factors.map((factor) => t.factors[factor] ?? ''),
      ...[t.users, t.calls, t.learningCalls, t.failed, t.trainings, t.validation],
      ...metrics.map((metric) => t.metrics[metric] ?? NaN),
    ]),
  )
}
