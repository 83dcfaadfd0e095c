import { average } from '../../util/statistics.js'
import type { RunResult } from '../../run/result.js'
import { armTitle } from '../arm-words.js'
import type { Figure } from './figure.js'
import { bandedLine, learnedTrials, margin } from './parts.js'

/**
 * Mean reward of each iteration over all runs, with a band of one standard deviation between runs.
 */
export function learningCurve(result: RunResult): Figure | undefined {
  const trials = learnedTrials(result)
  if (trials.length === 0) return undefined
  const arms = [...new Set(trials.map(armTitle))]
  const data = arms.flatMap((arm, k) => {
    const runs = trials
      .filter((trial) => armTitle(trial) === arm)
      .flatMap(({ learned }) => learned.runs.map(({ rewards }) => rewards))
    const iterations = Array.from(
      { length: Math.min(...runs.map(({ length }) => length)) },
      (_, i) => i,
    )
    const mean = iterations.map((i) => average(runs.map((rewards) => rewards[i])))
    const deviation = iterations.map((i) =>
      Math.sqrt(average(runs.map((rewards) => (rewards[i] - mean[i]) ** 2))),
    )
    const [band, line] = bandedLine(
      arm,
      iterations.map((i) => i + 1),
      mean,
      deviation,
      k,
    )
    // Many bands hide one another.
    return arms.length > 4 ? [line] : [band, line]
  })
  return {
    name: 'learning',
    title: 'Reward over learning',
    caption:
      'Mean reward of each iteration: recall on the validation half gained over the baseline. ' +
      'Line: mean over all runs of the learner; ' +
      'band (up to four arms): one standard deviation between runs.',
    data,
    layout: {
      height: 360,
      margin,
      xaxis: { title: { text: 'iteration' }, dtick: 1 },
      yaxis: { title: { text: 'mean reward' } },
    },
  }
}
