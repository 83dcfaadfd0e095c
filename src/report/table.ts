import Table from 'cli-table3'
import type { Compared } from '../experiment/comparisons.js'
import type { RunResult } from '../experiment/run.js'
import { summarise } from '../experiment/summary.js'

/** A table for a terminal: a plain grid, numbers to the right. */
export function grid(head: string[], rows: string[][]): string {
  const chars = Object.fromEntries(
    ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right', 'left', 'left-mid', 'mid', 'mid-mid', 'right', 'right-mid', 'middle'].map((side) => [side, '']),
  )
  const table = new Table({
    head,
    chars,
    colAligns: head.map((_, column) => (column === 0 ? 'left' : 'right')),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
  })
  table.push(...rows)
  return table.toString().replace(/ +$/gm, '')
}

/** "0.1234 ±.0012" */
export function plusMinus({ mean, standardError }: { mean: number; standardError: number | null }): string {
  return mean.toFixed(4) + (standardError === null ? '' : ` ±${standardError.toFixed(4).slice(1)}`)
}

/** What a run is of: its data, and how it was measured. */
export function runLabel({ data, provenance, seeds, config, judge }: RunResult): string[] {
  const trainings = config.evaluation.trainings === 1 ? 'one training each' : `${config.evaluation.trainings} trainings each`
  return [
    `data: ${provenance.dataset}, ${data.users} users, ${data.items} items, ${data.interactions} interactions; test half: ${data.coldTestItems} cold items, ${data.evaluatedUsers} users`,
    `judge: ${judge}; ${config.augmentation.pairsPerUser} pairs a user; engine ${provenance.engine}; mean ± standard error over ${seeds.length} procedure${seeds.length === 1 ? '' : 's'}, ${trainings}`,
  ]
}

/** The run as a person wants to see it in a terminal. */
export function runTable(result: RunResult): string {
  const { data, config } = result
  const ks = config.evaluation.ks.filter((k) => [10, 50].includes(k))
  const shown = (ks.length > 0 ? ks : config.evaluation.ks.slice(-2)).map((k) => `recall@${k}`)
  const summary = summarise(result)
  const measured = [...new Set(summary.flatMap((row) => Object.keys(row.metrics)))]
  const standard = ['cold', 'full', 'warm'].flatMap((ranking) => shown.map((metric) => `${ranking}:${metric}`))
  // Rows that are not of recommenders have metrics of their own, and all of them are shown.
  const columns = [...standard.filter((metric) => measured.includes(metric)), ...measured.filter((metric) => !metric.includes(':'))]
  const factors = [...new Set(summary.flatMap((row) => Object.keys(row.factors)))]
  const head = ['policy', ...factors, 'users', 'LLM calls', 'to learn', ...columns.map((column) => column.replace(':recall', ' r'))]
  const rows = summary.map((row) => [
    row.policy,
    ...factors.map((factor) => String(row.factors[factor] ?? '')),
    ...[row.users, row.calls, row.learningCalls].map((count) => String(Math.round(count))),
    ...columns.map((column) => (row.metrics[column] ? plusMinus(row.metrics[column]) : '')),
  ])
  return [
    result.title,
    ...runLabel(result),
    '',
    grid(head, rows),
    '',
    `chance, cold: ${shown.map((metric) => `${metric} ${data.chance[metric].toFixed(4)}`).join(', ')}. cold = cold items ranked among themselves, full = among all items, warm = later warm items.`,
    ...data.unavailableFeatures.map(({ name, reason }) => `${name} is unavailable: ${reason}`),
    ...comparisonTable(result, shown),
    ...result.diagnostics.map(({ name, finding, remedy }) => `\n${name}: ${finding}.\n  ${remedy}.`),
    '',
    headline(result),
  ].join('\n')
}

function comparisonTable({ comparisons }: RunResult, shown: string[]): string[] {
  const rows = comparisons
    .filter(({ metric }) => shown.includes(metric.replace('cold:', '')))
    .map((c) => [`${c.arm} - ${c.against}${Object.entries(c.factors ?? {}).map(([name, value]) => `, ${name} ${value}`).join('')}`, c.metric.replace(':recall', ' r'), signed(c.difference), percent(c.relative), `${percent(c.relativeInterval[0])} .. ${percent(c.relativeInterval[1])}`, c.effectSize.toFixed(2), pValue(c.p), pValue(c.pHolm)])
  if (rows.length === 0) return []
  return ['', grid(['paired over procedures', 'metric', 'difference', 'relative', '95 % interval', 'd', 'p', 'p Holm'], rows)]
}

const signed = (x: number) => (x < 0 ? '' : '+') + x.toFixed(4)
const percent = (x: number) => `${x < 0 ? '' : '+'}${(100 * x).toFixed(1)} %`
const pValue = (p: number) => (p < 0.001 ? '< .001' : p.toFixed(3))

/** What the table says in a sentence. */
export function headline(result: RunResult): string {
  if (result.conclusion !== undefined) return result.conclusion
  if (result.seeds.length === 1)
    return 'One procedure: a fixed choice of users, however many trainings, says nothing about choosing again. Use at least two seeds for standard errors and tests.'
  const metric = `cold:recall@${result.config.policy.rewardK}`
  const rows = summarise(result)
  const says = (arm: string) => {
    const against = result.comparisons.filter((c) => c.arm === arm && c.metric === metric).map((c) => `${verdict(c)} ${c.against}${Object.entries(c.factors ?? {}).map(([name, value]) => ` at ${name} ${value}`).join('')} (${percent(c.relative)}, p ${c.p < 0.001 ? '< .001' : `= ${c.p.toFixed(3)}`})`)
    const row = rows.find(({ policy }) => policy === arm)
    const cost = row && row.calls > 0 ? `, for ${Math.round(row.calls)} questions${row.learningCalls > 0 ? ` and ${Math.round(row.learningCalls)} to learn` : ''}` : ''
    return `${arm} ${against.join(', ')}${cost}`
  }
  const arms = [...new Set(result.comparisons.map(({ arm }) => arm))]
  return arms.length === 0 ? result.question : `${metric.replace(':', ' ')}: ${arms.map(says).join('; ')}.`
}

function verdict({ p, difference }: Compared): string {
  return p >= 0.05 ? 'cannot be told from' : difference > 0 ? 'beats' : 'loses to'
}
