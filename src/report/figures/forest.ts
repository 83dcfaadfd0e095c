import { type Compared, shownComparisons } from '../../run/comparisons.js'
import type { RunResult } from '../../run/result.js'
import { fewestTested } from '../../util/statistics.js'
import { armTitle, armWords } from '../arm-words.js'
import { metricTitle, pValue, rewardMetric } from '../labels.js'
import type { Figure } from './figure.js'
import { rowsLayout, vertical } from './parts.js'

/** Relative paired differences with their 95 % intervals, where they were tested. */
export function forest(result: RunResult): Figure | undefined {
  const metric = rewardMetric(result)
  const shown = shownComparisons(result).flatMap((one) =>
    one.metric === metric && one.relative !== undefined ? [{ ...one, relative: one.relative }] : [],
  )
  if (shown.length === 0) return undefined
  const names = shown.map(
    ({ arm, against, factors = {} }) =>
      `${armTitle({ policy: arm, factors })} − ${armWords(against)}`,
  )
  const percent = (x: number) => 100 * x
  const half = (side: 0 | 1) =>
    shown.map((c) => Math.abs(percent((c.relativeInterval?.[side] ?? c.relative) - c.relative)))
  return {
    name: 'forest',
    title: 'Paired differences',
    caption:
      `Relative difference in ${metricTitle(metric)}, paired over procedures, ` +
      'with its 95 % interval. An interval that holds 0 cannot tell the two apart; ' +
      `fewer than ${fewestTested} procedures, or the same difference each time, have none.`,
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
          color: shown.map((c: Compared) => ((c.pHolm ?? 1) < 0.05 ? '#2e8b57' : '#999999')),
        },
        text: shown.map((c) =>
          c.p === undefined
            ? `n = ${c.n}, not tested`
            : `p ${pValue(c.p)}, Holm ${pValue(c.pHolm)}, n = ${c.n}`,
        ),
      },
    ],
    layout: {
      ...rowsLayout(names),
      xaxis: { title: { text: 'relative difference, % (green: p < .05 after Holm)' } },
      shapes: [vertical(0, 'solid')],
    },
  }
}
