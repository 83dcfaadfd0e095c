import { featureEffects } from '../../presets/universal-summary.js'
import type { RunResult } from '../../run/result.js'
import type { Figure } from './figure.js'
import { rowsLayout, vertical } from './parts.js'

/** Each feature's gain over random users: by data set, on average, and in a new data set. */
export function featureForest(result: RunResult): Figure | undefined {
  if (result.preset !== 'universal-features') return undefined
  const all = featureEffects(result.trials)
  const pooled = all.flatMap(({ feature, summary }) => (summary ? [{ feature, ...summary }] : []))
  if (pooled.length === 0) return undefined
  const percent = (log: number) => 100 * Math.expm1(log)
  const names = all.map(({ feature }) => feature)
  const bars = (of: (one: (typeof pooled)[number]) => readonly [number, number] | undefined) => {
    const side = (k: 0 | 1) =>
      pooled.map((one) =>
        Math.abs(percent((of(one) ?? [one.mean, one.mean])[k]) - percent(one.mean)),
      )
    return { type: 'data', symmetric: false, array: side(1), arrayminus: side(0), visible: true }
  }
  const means = {
    x: pooled.map(({ mean }) => percent(mean)),
    y: pooled.map(({ feature }) => feature),
  }
  const single = all.flatMap(({ feature, effects }) => effects.map((one) => ({ feature, ...one })))
  return {
    name: 'feature-forest',
    title: 'Gain of each feature over random users',
    caption:
      'Recall of new items after asking the users highest in a feature, relative to random users. ' +
      'Grey: single data sets. Blue: the mean over data sets with its 95 % interval; ' +
      'light: the 95 % interval for a new data set.',
    data: [
      {
        ...{ type: 'scatter', mode: 'markers', name: 'a new data set', ...means },
        error_x: { ...bars(({ prediction }) => prediction), color: '#9ecae1', thickness: 2 },
        marker: { size: 1, color: '#9ecae1' },
      },
      {
        ...{ type: 'scatter', mode: 'markers', name: 'mean', ...means },
        error_x: { ...bars(({ interval }) => interval), color: '#1f77b4', thickness: 4 },
        marker: { size: 10, symbol: 'diamond', color: '#1f77b4' },
      },
      {
        ...{ type: 'scatter', mode: 'markers', name: 'data sets' },
        x: single.map(({ value }) => percent(value)),
        y: single.map(({ feature }) => feature),
        text: single.map(({ dataset }) => dataset),
        marker: { size: 6, color: '#555555', opacity: 0.6 },
      },
    ],
    layout: {
      ...rowsLayout(names),
      xaxis: { title: { text: 'relative gain over random users, %' } },
      shapes: [vertical(0, 'solid')],
    },
  }
}
