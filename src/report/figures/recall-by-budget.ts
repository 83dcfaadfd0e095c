import type { RunResult } from '../../run/result.js'
import { summarise } from '../../run/summary.js'
import { metricTitle, rewardMetric } from '../labels.js'
import type { Figure } from './figure.js'
import { bandedLine, margin } from './parts.js'

/** Lines over the factor that varies, e.g. the budget, with a band of one standard error. */
export function recallByBudget(result: RunResult): Figure | undefined {
  const metric = rewardMetric(result)
  const rows = summarise(result)
  const [factor] = ['budget', 'users'].filter(
    (name) => new Set(rows.map(({ factors }) => factors[name])).size > 2,
  )
  if (factor === undefined) return undefined
  const arms = [
    ...new Set(rows.filter(({ factors }) => factor in factors).map(({ policy }) => policy)),
  ]
  const data = arms.flatMap((arm, k) => {
    const own = rows
      .filter(({ policy, factors }) => policy === arm && factor in factors)
      .sort((a, b) => Number(a.factors[factor]) - Number(b.factors[factor]))
    const x = own.map(({ factors }) => Number(factors[factor]))
    const value = own.map(({ metrics }) => metrics[metric].mean)
    const error = own.map(({ metrics }) => metrics[metric].standardError ?? 0)
    return bandedLine(arm, x, value, error, k)
  })
  return {
    name: 'budget',
    title: `Recall against ${factor}`,
    caption:
      'Mean over the procedures, band one standard error. ' +
      'Where the lines meet, it no longer matters who is asked.',
    data,
    layout: {
      height: 380,
      margin,
      xaxis: { title: { text: factor }, type: 'log' },
      yaxis: { title: { text: metricTitle(metric) } },
    },
  }
}
