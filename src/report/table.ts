import Table from 'cli-table3'
import type { RunResult } from '../experiment/run.js'
import { type SummaryRow, summarise } from './summary.js'

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

/** The run as a person wants to see it in a terminal. */
export function runTable(result: RunResult): string {
  const { data, provenance, seeds, config, judge } = result
  const ks = config.evaluation.ks.filter((k) => [10, 50].includes(k))
  const shown = (ks.length > 0 ? ks : config.evaluation.ks.slice(-2)).map((k) => `recall@${k}`)
  const columns = ['cold', 'full', 'warm'].flatMap((ranking) => shown.map((metric) => `${ranking}:${metric}`))
  const head = ['policy', 'users', 'LLM calls', ...columns.map((column) => column.replace(':recall', ' r'))]
  const rows = summarise(result).map((row) => [row.policy, String(Math.round(row.users)), String(Math.round(row.calls)), ...columns.map((column) => plusMinus(row.metrics[column]))])
  return [
    result.title,
    `data: ${provenance.dataset}, ${data.users} users, ${data.items} items, ${data.interactions} interactions; test half: ${data.coldTestItems} cold items, ${data.evaluatedUsers} users`,
    `judge: ${judge}; ${config.augmentation.pairsPerUser} pairs a user; engine ${provenance.engine}; mean ± standard error over ${seeds.length} seed${seeds.length === 1 ? '' : 's'}`,
    '',
    grid(head, rows),
    '',
    `chance, cold: ${shown.map((metric) => `${metric} ${data.chance[metric].toFixed(4)}`).join(', ')}. cold = cold items ranked among themselves, full = among all items, warm = later warm items.`,
    ...data.unavailableFeatures.map(({ name, reason }) => `${name} is unavailable: ${reason}`),
    headline(summarise(result), shown.at(-1)!),
  ].join('\n')
}

/** What the table says in a sentence; the paired statistics are the numbers behind it. */
function headline(rows: SummaryRow[], metric: string): string {
  const of = (policy: string) => rows.find((row) => row.policy === policy)?.metrics[`cold:${metric}`]
  const best = rows.filter(({ policy }) => policy.startsWith('top:')).sort((a, b) => b.metrics[`cold:${metric}`].mean - a.metrics[`cold:${metric}`].mean)[0]
  const [learned, random, content] = [of('learned'), of('random'), of('content-map')]
  if (!learned || !random || !content || !best) return ''
  return (
    `cold ${metric}: learned ${plusMinus(learned)}, random ${plusMinus(random)}, best feature on the test half (${best.policy}) ` +
    `${plusMinus(best.metrics[`cold:${metric}`])}; content alone, without any question: ${plusMinus(content)}.`
  )
}
