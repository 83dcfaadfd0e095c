import type { UserRecalls } from '../../run/finished-run.js'
import type { RunResult } from '../../run/result.js'
import { armWords } from '../arm-words.js'
import type { Figure } from './figure.js'
import { bins, margin, vertical } from './parts.js'

/** The gain in recall of each user, of the first comparison that has recalls of both its arms. */
export function userGains(result: RunResult, users: UserRecalls): Figure | undefined {
  const pair = result.comparisons.find(({ arm, against }) => users.has(arm) && users.has(against))
  if (pair === undefined) return undefined
  const [own, other] = [users.get(pair.arm)!, users.get(pair.against)!]
  const gains = own.map((value, k) => value - other[k])
  const better = gains.filter((gain) => gain > 0).length
  const worse = gains.filter((gain) => gain < 0).length
  return {
    name: 'user-gains',
    title: `What single users gain: ${armWords(pair.arm)} − ${armWords(pair.against)}`,
    caption:
      'Difference in recall of each evaluated user, mean over the procedures: ' +
      `${better} of ${gains.length} gain, ${worse} lose, the others stay.`,
    data: [
      {
        type: 'bar',
        ...bins(gains.filter((gain) => gain !== 0)),
        marker: { color: '#3366cc' },
      },
    ],
    layout: {
      height: 320,
      margin,
      xaxis: { title: { text: 'recall gained (users without a difference left out)' } },
      yaxis: { title: { text: 'users' } },
      bargap: 0.05,
      shapes: [vertical(0, 'solid')],
    },
  }
}
