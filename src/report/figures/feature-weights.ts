import type { RunResult } from '../../run/result.js'
import { average } from '../../util/statistics.js'
import type { Figure } from './figure.js'
import { learnedTrials, margin, palette } from './parts.js'

/** Weights of a linear scorer over the iterations, mean over runs and procedures. */
export function featureWeights(result: RunResult): Figure | undefined {
  const trials = learnedTrials(result).filter(
    ({ learned: { features, runs } }) =>
      runs[0]?.path?.length > 0 && runs[0].weights.length === features.length + 1,
  )
  if (trials.length === 0) return undefined
  const [{ policy, learned }] = trials
  const runs = trials
    .filter((trial) => trial.policy === policy)
    .flatMap((trial) => trial.learned.runs)
  const iterations = learned.runs[0].path.length
  const mean = (feature: number, iteration: number) =>
    average(runs.map(({ path }) => path[iteration][feature]))
  return {
    name: 'weights',
    title: `Feature weights of the ${policy} policy`,
    caption:
      `Weight of each scaled feature after each iteration, mean over ${runs.length} runs. ` +
      'A user with more of a feature of positive weight is asked sooner.',
    data: learned.features.map((name, j) => ({
      type: 'scatter',
      mode: 'lines+markers',
      name,
      x: Array.from({ length: iterations }, (_, k) => k + 1),
      y: Array.from({ length: iterations }, (_, k) => mean(j, k)),
      line: { color: palette[j % palette.length] },
    })),
    layout: {
      height: 360,
      margin,
      xaxis: { title: { text: 'iteration' }, dtick: 1 },
      yaxis: { title: { text: 'weight' }, zeroline: true },
    },
  }
}
