import { shownComparisons } from '../run/comparisons.js'
import type { RunResult } from '../run/result.js'
import { summarise, type SummaryRow } from '../run/summary.js'
import { type DocumentTable, number, type TableCell } from './document.js'
import { armName, differenceText, metricTitle, pValue, signedPercent } from './labels.js'

/**
 * Table of a run: one row an arm, means over seeds ± standard error.
 * @param shown - metrics, e.g. `cold:recall@50`. Default: recall at every K, and all metrics that
 * are not of a ranking
 */
export function armsTable(result: RunResult, shown?: string[]): DocumentTable {
  const rows = summarise(result)
  const factors = [...new Set(rows.flatMap((row) => Object.keys(row.factors)))]
  const ks = result.config.evaluation.ks.map((k) => `recall@${k}`)
  const metrics =
    shown ??
    [...new Set(rows.flatMap((row) => Object.keys(row.metrics)))].filter(
      (metric) => !metric.includes(':') || ks.some((k) => metric.endsWith(`:${k}`)),
    )
  return {
    name: 'arms',
    caption: 'All arms',
    head: ['policy', ...factors, 'users', 'questions', ...metrics.map(metricTitle)],
    rows: rows.map((row) => [
      row.policy,
      ...factors.map((factor): TableCell =>
        typeof row.factors[factor] === 'number'
          ? { value: row.factors[factor], text: String(row.factors[factor]) }
          : (row.factors[factor] ?? ''),
      ),
      number(row.users, 0),
      number(row.calls, 0),
      ...metrics.map((metric) => (metric in row.metrics ? meanCell(row.metrics[metric]) : '')),
    ]),
  }
}

function meanCell({ mean, standardError }: SummaryRow['metrics'][string]): TableCell {
  if (!Number.isFinite(mean)) return { value: NaN, text: '-' }
  const error = standardError === null ? '' : ` ± ${standardError.toFixed(4)}`
  return { value: mean, text: mean.toFixed(4) + error }
}

/** A share in per cent with its sign, without the unit. */
function percentCell(share: number): TableCell {
  return { value: 100 * share, text: signedPercent(share).replace(' %', '') }
}

/**
 * Table of the paired tests of a run: one row a comparison and metric.
 * @param shown - metrics, e.g. `cold:recall@50`. Default: all
 */
export function testsTable(result: RunResult, shown?: string[]): DocumentTable {
  const range = (ends: number[] | undefined, scale: number, digits: number) =>
    ends ? ends.map((x) => (scale * x).toFixed(digits)).join(' to ') : ''
  return {
    name: 'tests',
    caption: 'Paired differences',
    head: [
      'arm − against',
      'metric',
      'n',
      'difference',
      'relative, %',
      '95 % interval, %',
      'Cohen’s d',
      'p',
      'p, Holm',
      '95 % over users',
    ],
    rows: shownComparisons(result)
      .filter(({ metric }) => shown === undefined || shown.includes(metric))
      .map((c) => [
        armName({ policy: `${c.arm} − ${c.against}`, factors: c.factors ?? {} }),
        metricTitle(c.metric),
        number(c.n, 0),
        { value: c.difference, text: differenceText(c) },
        c.relative === undefined ? number(NaN, 1) : percentCell(c.relative),
        c.interval && !c.relativeInterval
          ? `${range(c.interval, 1, 4)} (absolute)`
          : range(c.relativeInterval, 100, 1),
        number(c.effectSize ?? NaN, 2),
        { value: c.p ?? NaN, text: pValue(c.p) },
        { value: c.pHolm ?? NaN, text: pValue(c.pHolm) },
        range(c.userInterval, 1, 4),
      ]),
  }
}

/** Questions put to the judge, a row an arm that asks. */
export function costTable(result: RunResult): DocumentTable {
  const rows = summarise(result).filter(({ calls, learningCalls }) => calls + learningCalls > 0)
  return {
    name: 'costs',
    caption: 'Questions put to the judge, mean over procedures',
    head: ['policy', 'users', 'questions', 'questions to learn'],
    rows: rows.map((row) => [
      armName(row),
      number(row.users, 0),
      number(row.calls, 0),
      number(row.learningCalls, 0),
    ]),
  }
}
