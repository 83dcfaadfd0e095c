import type { RunResult } from '../../run/result.js'
import { summarise } from '../../run/summary.js'
import { armTitle } from '../arm-words.js'
import { metricTitle, rewardMetric } from '../labels.js'
import type { Figure } from './figure.js'
import { margin, palette } from './parts.js'

/** As many as share no divisor with the number of colours: colour and form tell arms apart. */
const symbols = ['circle', 'square', 'diamond', 'triangle-up', 'x']

/**
 * Recall of cold items against that of warm ones, a point an arm; where warm recall cannot change,
 * against recall among all items.
 */
export function tradeOff(result: RunResult): Figure | undefined {
  const cold = rewardMetric(result)
  const rows = summarise(result).filter(
    ({ metrics }) => cold in metrics && cold.replace('cold', 'warm') in metrics,
  )
  if (rows.length < 3) return undefined
  const values = (ranking: string) =>
    rows.map(({ metrics }) => metrics[cold.replace('cold', ranking)].mean)
  const warm = values('warm')
  const moves = Math.max(...warm) - Math.min(...warm) > 1e-6
  const x = moves ? warm : values('full')
  const pad = 0.12 * (Math.max(...x) - Math.min(...x) || 0.01)
  return {
    name: 'trade-off',
    title: moves ? 'Cold against warm recall' : 'Cold items among themselves, and among all items',
    caption: moves
      ? 'Each point an arm. Up is better for new items, right for old ones: ' +
        'augmentation that moves points left harms warm recommendations.'
      : 'Each point an arm. Up: new items in the right order among themselves; ' +
        'right: found among all items. Warm recall is the same for all arms, ' +
        'because pairs move cold items alone (model.pairGradient).',
    data: rows.map((row, k) => ({
      type: 'scatter',
      mode: 'markers',
      name: armTitle(row),
      x: [x[k]],
      y: [row.metrics[cold].mean],
      marker: {
        size: 10,
        color: palette[k % palette.length],
        symbol: symbols[k % symbols.length],
      },
    })),
    layout: {
      height: 460,
      margin,
      xaxis: {
        title: { text: `${moves ? 'warm' : 'full'} recall@${result.config.policy.rewardK}` },
        range: [Math.min(...x) - pad, Math.max(...x) + pad],
      },
      yaxis: { title: { text: metricTitle(cold) } },
    },
  }
}
