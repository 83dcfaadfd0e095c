import type { Compared } from '../run/comparisons.js'
import type { RunResult } from '../run/result.js'
import type { SummaryRow } from '../run/summary.js'
import { fewestTested } from '../util/statistics.js'

/** An arm by its policy and what else tells it apart: `random, budget 100`. */
export function armName({ policy, factors }: Pick<SummaryRow, 'policy' | 'factors'>): string {
  return [policy, ...Object.entries(factors).map(([name, value]) => `${name} ${value}`)].join(', ')
}

/** The metric that the run's policies learn from, on the test half: `cold:recall@50`. */
export function rewardMetric({ config }: RunResult): string {
  return `cold:recall@${config.policy.rewardK}`
}

/** A metric as tables and axes show it: `cold recall@50`. */
export function metricTitle(metric: string): string {
  return metric.replace(':', ' ')
}

/** A p-value as tables show it: `0.034`; below .001 `< .001`; empty without a test. */
export function pValue(p: number | undefined): string {
  if (p === undefined) return ''
  return p < 0.001 ? '< .001' : p.toFixed(3)
}

/** A number with its sign: `+0.0123`. */
export const signed = (x: number) => (x < 0 ? '' : '+') + x.toFixed(4)

/** A share with its sign: `+3.1 %`. */
export const signedPercent = (x: number) => `${x < 0 ? '' : '+'}${(100 * x).toFixed(1)} %`

/** A standard error behind its mean: ` ±.0012`. */
export const plusMinusError = (error: number) => ` ±${error.toFixed(4).replace(/^0/, '')}`

/**
 * A difference and how far it is known: `+0.0123` where it was tested, `+0.0123 ±.0045` where too
 * few procedures were run, `+0.0123 each time` where it does not vary.
 */
export function differenceText({ difference, standardError, p }: Compared): string {
  if (p !== undefined) return signed(difference)
  return signed(difference) + (standardError > 0 ? plusMinusError(standardError) : ' each time')
}

/** The 95 % interval: relative where that informs, else absolute; empty without a test. */
export function intervalText({ interval, relativeInterval }: Compared): string {
  if (relativeInterval) return relativeInterval.map(signedPercent).join(' .. ')
  return interval ? interval.map(signed).join(' .. ') : ''
}

/** Sentences on the comparisons that were not tested. */
export function untestedNotes(comparisons: readonly Compared[]): string[] {
  const few = comparisons.some(({ n }) => n < fewestTested)
  const same = comparisons.some(({ standardError }) => standardError === 0)
  return [
    ...(few
      ? [
          `Fewer than ${fewestTested} procedures are not tested: ± is the standard error of a ` +
            'difference over n procedures.',
        ]
      : []),
    ...(same ? ['A difference that is the same each time cannot be tested.'] : []),
  ]
}
