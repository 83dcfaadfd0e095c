import { counted } from '../dataset/wording.js'
import type { LearningProgress } from '../policy/learned-policy.js'
import type { MeterFacts } from '../util/meter.js'
import { money } from '../util/money.js'

/** How far a run is: what its live view, its log and its metrics show. Plain data. */
export interface RunStatus extends MeterFacts {
  /** Name of the preset. */
  preset: string
  /** Name of the data set. */
  dataset: string
  /** Seeds that are finished, of all. */
  seeds: { done: number; total: number }
  /** Seeds that are worked on at the same time. */
  atOnce: number
  /** Policies that are being learned, by seed. */
  learning: ({ seed: number } & LearningProgress)[]
  /** Requests that this call has sent to a language model, retries included. */
  requests: number
  /** What they have cost; absent where no price is known. */
  cost?: { amount: number; currency: string }
}

const widest = 80

/** The status in lines of at most 80 columns, but for the steps and the time. */
export function statusLines(status: RunStatus): string[] {
  const { seeds, atOnce, requests, cost, learning } = status
  const first = [
    `${seeds.done} of ${counted(seeds.total, 'seed')} done, ${atOnce} at once`,
    ...(requests > 0 ? [counted(requests, 'request')] : []),
    ...(cost ? [money(cost.amount, cost.currency)] : []),
  ].join(' | ')
  return learning.length === 0 ? [first] : [first, learningLine(learning)]
}

/** As many policies as fit. */
function learningLine(learning: RunStatus['learning']): string {
  let line = ''
  for (const [k, { seed, iteration, iterations, reward }] of learning.entries()) {
    const sign = reward < 0 ? '' : '+'
    const one = `seed ${seed}: iteration ${iteration} of ${iterations}, reward ${sign}${reward.toFixed(4)}`
    const longer = k === 0 ? `learning: ${one}` : `${line} | ${one}`
    if (longer.length > widest && k > 0) break
    line = longer
  }
  return line
}
