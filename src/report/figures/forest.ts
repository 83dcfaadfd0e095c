import type { Compared } from '../../run/comparisons.js'
import type { RunResult } from '../../run/result.js'
import { armName, metricTitle, rewardMetric } from '../labels.js'
import type { Figure } from './figure.js'
import { rowsLayout, vertical } from './parts.js'

/** Relative paired differences with their 95 % intervals. */
export function forest(result: RunResult): Figure | undefined {
  const metric = rewardMetric(result)
  const shown = result.comparisons.filter(
    (comparison) => comparison.metric === metric && Number.isFinite(comparison.relative),
  )
  if (shown.length === 0) return undefined
  const names = shown.map(
    ({ arm, against, factors = {} }) => `${armName({ policy: arm, factors })} − ${against}`,
  )
  const percent = (x: number) => 100 * x
  const half = (side: 0 | 1) =>
    shown.map((c) => Math.abs(percent(c.relativeInterval[side] - c.relative)))
  return {
    name: 'forest',
    title: 'Paired differences',
    caption:
      `Relative difference in ${metricTitle(metric)}, paired over procedures, ` +
      'with its 95 % interval. An interval that holds 0 cannot tell the two apart.',
    data: [
      {
        type: 'scatter',
        mode: 'markers',
        x: shown.map((c) => percent(c.relative)),
        y: names,
        error_x: {
          type: 'data',
          symmetric: false,
          array: half(1),
          arrayminus: half(0),
          visible: true,
        },
        marker: {
          size: 9,
          color: shown.map((c: Compared) => (c.pHolm < 0.05 ? '#2e8b57' : '#999999')),
        },
        text: shown.map((c) => `p ${c.p.toPrecision(2)}, Holm ${c.pHolm.toPrecision(2)}`),
      },
    ],
    layout: {
      ...rowsLayout(names),
      xaxis: { title: { text: 'relative difference, % (green: p < .05 after Holm)' } },
      shapes: [vertical(0, 'solid')],
    },
  }
}
