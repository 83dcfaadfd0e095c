import { grid } from '../util/grid.js'
import type { Compared } from '../run/comparisons.js'
import type { RunResult } from '../run/result.js'
import { summarise, type SummaryRow } from '../run/summary.js'
import { armName, pValue, rewardMetric } from './labels.js'

/** "0.1234 ±.0012" */
export function plusMinus({
  mean,
  standardError,
}: {
  mean: number
  standardError: number | null
}): string {
  return mean.toFixed(4) + (standardError === null ? '' : ` ±${standardError.toFixed(4).slice(1)}`)
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
    ...result.diagnostics.map(
      ({ name, finding, remedy }) => `\n${name}: ${finding}.\n  ${remedy}.`,
    ),
    '',
    headline(result),
  ].join('\n')
}

function comparisonTable({ comparisons }: RunResult, shown: string[]): string[] {
  const rows = comparisons
    .filter(({ metric }) => shown.includes(metric.replace('cold:', '')))
    .map((c) => [
      armName({ policy: `${c.arm} - ${c.against}`, factors: c.factors ?? {} }),
      c.metric.replace(':recall', ' r'),
      signed(c.difference),
      percent(c.relative),
      `${percent(c.relativeInterval[0])} .. ${percent(c.relativeInterval[1])}`,
      c.effectSize.toFixed(2),
      pValue(c.p),
      pValue(c.pHolm),
    ])
  if (rows.length === 0) return []
  return [
    '',
    grid(
      [
        'paired over procedures',
        'metric',
        'difference',
        'relative',
        '95 % interval',
        'd',
        'p',
        'p Holm',
      ],
      rows,
    ),
  ]
}

const signed = (x: number) => (x < 0 ? '' : '+') + x.toFixed(4)
const percent = (x: number) => `${x < 0 ? '' : '+'}${(100 * x).toFixed(1)} %`

/** The answer of a run in a sentence: the preset's own, or the outcome of each comparison. */
export function headline(result: RunResult): string {
  if (result.conclusion !== undefined) return result.conclusion
  if (result.seeds.length === 1)
    return (
      'One procedure: a fixed choice of users, however many trainings, ' +
      'says nothing about choosing again. Use at least two seeds for standard errors and tests.'
    )
  const metric = rewardMetric(result)
  const rows = summarise(result)
  const says = (arm: string) => {
    const against = result.comparisons
      .filter((c) => c.arm === arm && c.metric === metric)
      .map(outcome)
    const row = rows.find(({ policy }) => policy === arm)
    return `${arm} ${against.join(', ')}${row && row.calls > 0 ? costOf(row) : ''}`
  }
  const arms = [...new Set(result.comparisons.map(({ arm }) => arm))]
  return arms.length === 0
    ? result.question
    : `${metric.replace(':', ' ')}: ${arms.map(says).join('; ')}.`
}

/** "beats random at budget 100 (+3.1 %, p = 0.012)" */
function outcome({ against, factors = {}, difference, relative, p }: Compared): string {
  const verdict = p >= 0.05 ? 'cannot be told from' : difference > 0 ? 'beats' : 'loses to'
  const where = Object.entries(factors).map(([name, value]) => ` at ${name} ${value}`)
  const evidence = p < 0.001 ? '< .001' : `= ${p.toFixed(3)}`
  return `${verdict} ${against}${where.join('')} (${percent(relative)}, p ${evidence})`
}

function costOf({ calls, learningCalls }: SummaryRow): string {
  const learning = learningCalls > 0 ? ` and ${Math.round(learningCalls)} to learn` : ''
  return `, for ${Math.round(calls)} questions${learning}`
}
