import type { RunResult } from '../../run/result.js'
import { summarise } from '../../run/summary.js'
import { armTitle } from '../arm-words.js'
import { metricTitle, rewardMetric } from '../labels.js'
import type { Figure } from './figure.js'
import { rowsLayout, vertical } from './parts.js'

/** Means with their standard errors, a line an arm; chance as a line. */
export function recallByArm(result: RunResult): Figure | undefined {
  const metric = rewardMetric(result)
  const rows = summarise(result).filter((row) => metric in row.metrics)
  if (rows.length < 2) return undefined
  const names = rows.map(armTitle)
  const chance = result.data.chance[`recall@${result.config.policy.rewardK}`]
  const errors = rows.map((row) => row.metrics[metric].standardError ?? 0)
  return {
    name: 'recall',
    title: `Cold-start recall@${result.config.policy.rewardK} of each arm`,
    caption:
      'Mean over the procedures, bars one standard error; the dotted line is chance. ' +
      'Cold items of the test half, ranked among themselves.',
    data: [
      {
        type: 'scatter',
        mode: 'markers',
        x: rows.map((row) => row.metrics[metric].mean),
        y: names,
        error_x: { type: 'data', array: errors, visible: true },
        marker: { size: 9 },
      },
    ],
    layout: {
      ...rowsLayout(names),
      xaxis: { title: { text: metricTitle(metric) }, rangemode: 'tozero' },
      ...(chance === undefined ? {} : { shapes: [vertical(chance, 'dot')] }),
    },
  }
}
