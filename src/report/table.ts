import { diagnosisText } from '../experiment/diagnosis.js'
import { grid } from '../util/grid.js'
import { shownComparisons } from '../run/comparisons.js'
import type { RunResult } from '../run/result.js'
import { summarise } from '../run/summary.js'
import { headline } from './answer.js'
import {
  armName,
  differenceText,
  intervalText,
  plusMinusError,
  pValue,
  signedPercent,
  untestedNotes,
} from './labels.js'

/** "0.1234 ±.0012"; "-" where a value is missing. */
export function plusMinus({
  mean,
  standardError,
}: {
  mean: number
  standardError: number | null
}): string {
  if (!Number.isFinite(mean)) return '-'
  return mean.toFixed(4) + (standardError === null ? '' : plusMinusError(standardError))
}

/** The data of a run, and how it was measured: two lines of text. */
export function runLabel({ data, provenance, seeds, config, judge }: RunResult): string[] {
  const trainings =
    config.evaluation.trainings === 1
      ? 'one training each'
      : `${config.evaluation.trainings} trainings each`
  const procedures = `${seeds.length} procedure${seeds.length === 1 ? '' : 's'}`
  return [
    `data: ${provenance.dataset}, ` +
      `${data.users} users, ${data.items} items, ${data.interactions} interactions; ` +
      `test half: ${data.coldTestItems} cold items, ${data.evaluatedUsers} users`,
    `judge: ${judge}; ${config.augmentation.pairsPerUser} pairs a user; ` +
      `engine ${provenance.engine}; mean ± standard error over ${procedures}, ${trainings}`,
  ]
}

/** A run as text for a terminal: its table, tests, diagnostics and answer. */
export function runTable(result: RunResult): string {
  const { data, config } = result
  const ks = config.evaluation.ks.filter((k) => [10, 50].includes(k))
  const shown = (ks.length > 0 ? ks : config.evaluation.ks.slice(-2)).map((k) => `recall@${k}`)
  const summary = summarise(result)
  const measured = [...new Set(summary.flatMap((row) => Object.keys(row.metrics)))]
  const standard = ['cold', 'shelf', 'warm'].flatMap((ranking) =>
    shown.map((metric) => `${ranking}:${metric}`),
  )
  // Metrics that are not of a ranking, e.g. those of a judge, are all shown.
  const columns = [
    ...standard.filter((metric) => measured.includes(metric)),
    ...measured.filter((metric) => !metric.includes(':')),
  ]
  const factors = [...new Set(summary.flatMap((row) => Object.keys(row.factors)))]
  const head = [
    'policy',
    ...factors,
    'users',
    'LLM calls',
    'to learn',
    ...columns.map((column) => column.replace(':recall', ' r')),
  ]
  const rows = summary.map((row) => [
    row.policy,
    ...factors.map((factor) => String(row.factors[factor] ?? '')),
    ...[row.users, row.calls, row.learningCalls].map((count) => String(Math.round(count))),
    ...columns.map((column) => (row.metrics[column] ? plusMinus(row.metrics[column]) : '')),
  ])
  const chances = shown.map((metric) => `${metric} ${data.chance[metric].toFixed(4)}`)
  return [
    result.title,
    ...runLabel(result),
    '',
    grid(head, rows),
    '',
    `chance, cold: ${chances.join(', ')}. cold = cold items ranked among themselves, ` +
      'warm = later warm items,',
    `shelf = all later choices among all items, the same share of new ones on every shelf.`,
    ...data.unavailableFeatures.map(({ name, reason }) => `${name} is unavailable: ${reason}`),
    ...comparisonTable(result, shown),
    '',
    ...result.diagnostics.map(diagnosisText),
    headline(result),
  ].join('\n')
}

/** A row a comparison; columns that are empty, because nothing was tested, are left out. */
function comparisonTable(result: RunResult, shown: string[]): string[] {
  const compared = shownComparisons(result).filter(({ metric }) =>
    shown.includes(metric.replace('cold:', '')),
  )
  if (compared.length === 0) return []
  const head = ['paired over procedures', 'metric', 'n', 'difference', 'relative', '95 % interval']
  head.push('d', 'p', 'p Holm')
  const rows = compared.map((c) => [
    armName({ policy: `${c.arm} - ${c.against}`, factors: c.factors ?? {} }),
    c.metric.replace(':recall', ' r'),
    String(c.n),
    differenceText(c),
    c.relative === undefined ? '' : signedPercent(c.relative),
    intervalText(c),
    c.effectSize?.toFixed(2) ?? '',
    pValue(c.p),
    pValue(c.pHolm),
  ])
  const filled = head.map((_, column) => rows.some((row) => row[column] !== ''))
  const kept = (cells: string[]) => cells.filter((_, column) => filled[column])
  return ['', grid(kept(head), rows.map(kept)), ...untestedNotes(compared)]
}
