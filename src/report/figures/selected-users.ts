import type { RunResult } from '../../run/result.js'
import { average } from '../../util/statistics.js'
import { armTitle } from '../arm-words.js'
import type { Figure } from './figure.js'
import { rowsLayout } from './parts.js'

/** Mean scaled features of the users that each arm selects. */
export function selectedUsers(result: RunResult): Figure | undefined {
  const arms = [...new Set(result.trials.filter(({ profile }) => profile).map(armTitle))]
  if (arms.length < 2) return undefined
  const names = Object.keys(result.trials.find(({ profile }) => profile)!.profile!)
  const z = arms.map((arm) => {
    const own = result.trials.filter((trial) => trial.profile && armTitle(trial) === arm)
    return names.map((name) => average(own.map(({ profile }) => profile![name] ?? 0)))
  })
  return {
    name: 'selected',
    title: 'Who is selected',
    caption:
      'Mean of each scaled feature over the users that an arm asks; random users are the background.',
    data: [
      {
        type: 'heatmap',
        x: names,
        y: arms,
        z,
        colorscale: 'RdBu',
        zmid: 0,
        colorbar: { title: { text: 'mean' } },
      },
    ],
    layout: { ...rowsLayout(arms), xaxis: { title: { text: 'feature' }, type: 'category' } },
  }
}
