import type { RunResult } from '../run/result.js'
import type { SummaryRow } from '../run/summary.js'

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

/** A p-value as tables show it: `0.034`; below .001 `< .001`. */
export function pValue(p: number): string {
  return p < 0.001 ? '< .001' : p.toFixed(3)
}
