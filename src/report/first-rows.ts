import { thousands } from '../dataset/wording.js'
import type { RunResult } from '../run/result.js'
import { summarise, type SummaryRow } from '../run/summary.js'
import { armTitle } from './arm-words.js'
import { type DocumentTable, number } from './document.js'
import { rewardMetric } from './labels.js'

/** Rows that a first look has room for. */
const mostRows = 8

/** The arms that the answer of a run is about. */
export interface FirstRows {
  rows: SummaryRow[]
  /** Number of arms that are not among them. */
  left: number
  /** Recall of a ranking by chance. */
  chance: number
  /** The largest recall: that of the longest bar. */
  most: number
}

/** As many arms as a first look has room for; undefined for a run that ranks nothing. */
export function firstRows(result: RunResult): FirstRows | undefined {
  const metric = rewardMetric(result)
  const all = summarise(result).filter(({ metrics }) => metric in metrics)
  if (all.length === 0) return undefined
  const rows = chosenRows(all, result)
  const chance = result.data.chance[`recall@${result.config.policy.rewardK}`]
  const most = Math.max(chance, ...rows.map(({ metrics }) => metrics[metric].mean))
  return { rows, left: all.length - rows.length, chance, most }
}

/** The rows that the answer is about, as many as there is room for. */
export function chosenRows(rows: SummaryRow[], { comparisons }: RunResult): SummaryRow[] {
  if (rows.length <= mostRows) return rows
  const named = new Set(comparisons.flatMap(({ arm, against }) => [arm, against]))
  const chosen = rows.filter(({ policy }) => policy === 'none' || named.has(policy))
  return (chosen.length > 0 ? chosen : rows).slice(0, mostRows)
}

/** "59.2 ±.8", in per cent. */
export function percentText({ mean, standardError }: SummaryRow['metrics'][string]): string {
  const error = standardError === null ? '' : ` ±${(100 * standardError).toFixed(1)}`
  return (100 * mean).toFixed(1) + error
}

const count = (value: number) => ({ value, text: thousands(Math.round(value)) })

/** The first rows as a table of a page, with bars. */
export function firstTable(result: RunResult): DocumentTable | undefined {
  const first = firstRows(result)
  if (!first) return undefined
  const { rows, chance, most } = first
  const k = result.config.policy.rewardK
  const metric = rewardMetric(result)
  const recall = (mean: number, text: string) => ({ value: mean, text, bar: mean / most })
  return {
    name: 'first',
    caption: `New items found, in the first ${k} of ${result.data.coldTestItems}`,
    head: ['who is asked', 'questions', 'to learn', `recall@${k}, %`],
    rows: [
      ...rows.map((row) => [
        armTitle(row),
        count(row.calls),
        count(row.learningCalls),
        recall(row.metrics[metric].mean, percentText(row.metrics[metric])),
      ]),
      ['by chance', number(NaN, 0), number(NaN, 0), recall(chance, (100 * chance).toFixed(1))],
    ],
  }
}
