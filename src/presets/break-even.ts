import type { Arm } from '../experiment/arm.js'
import type { Preset } from '../experiment/preset.js'
import type { Factors, ReportedRow } from '../experiment/row.js'
import type { SimulatedJudge } from '../experiment/simulated-judge.js'
import { fewestTested, meanAndError, varies } from '../util/statistics.js'
import { multiplesOfBudget } from './budget.js'
import { smoke } from './sizes.js'

const accuracies = [0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95]
const towers = ['content', 'bag'] as const
const judges: SimulatedJudge[] = (['independent', 'text-like'] as const).flatMap((errors) =>
  accuracies.map((accuracy) => ({ accuracy, errors })),
)

/**
 * The accuracy and budget from which asking pays: answers on top of a content tower, by the real
 * judge and by judges simulated from held-out truth at given accuracies. A judge pays where its row
 * beats the row of the tower alone, among cold items and on the shelf.
 */
export const breakEven: Preset = {
  name: 'break-even',
  title:
    'Answers on top of content (the best content model, and the tower bag): the judge at hand, and SIMULATED judges made from held-out truth',
  question: 'From which accuracy and budget on does asking pay at all?',
  sizes: { smoke, full: { seeds: 6, settings: {} } },
  arms: (setup) => [
    ...['content-map', ...towers].map((tower) => ({ name: tower, tower })),
    ...multiplesOfBudget(setup, [1, 10 / 3, 10]).flatMap((budget) => [
      ...onTowers('judge', budget, {}),
      ...judges.flatMap((judge) =>
        onTowers(`simulated/${judge.errors}`, budget, { accuracy: judge.accuracy }, judge),
      ),
    ]),
  ],
  comparisons: () => [],
  conclusion(rows, { policy, evaluation }) {
    const shelf = `shelf:ndcg@${Math.max(...evaluation.ks)}`
    const said = [`cold:recall@${policy.rewardK}`, shelf].map(
      (metric) => `${metric.replace(':', ' ')}: ${paysFrom(rows, metric)}`,
    )
    return said.join('. ')
  },
}

function onTowers(name: string, N: number, factors: Factors, answers?: SimulatedJudge): Arm[] {
  return towers.map((tower) => ({
    name,
    users: { policy: 'random' },
    tower,
    settings: { policy: { budget: N } },
    factors: { tower, ...factors, N },
    ...(answers ? { answers } : {}),
  }))
}

/**
 * The lowest accuracy of each kind and budget whose gain over its tower alone is more than twice
 * its standard error.
 */
export function paysFrom(rows: ReportedRow[], metric: string): string {
  const alone = (tower: string | number, seed: number) =>
    rows.find((row) => row.policy === tower && row.seed === seed)!.metrics[metric]
  const groups = new Map<string, Map<number, number[]>>()
  for (const { policy, factors, seed, metrics } of rows) {
    if (factors['N'] === undefined) continue
    const group = `${policy} on ${factors['tower']}, ${factors['N']} users`
    const accuracy = Number(factors['accuracy'] ?? NaN)
    const own = groups.get(group) ?? new Map<number, number[]>()
    const gain = metrics[metric] - alone(factors['tower'], seed)
    groups.set(group, own.set(accuracy, [...(own.get(accuracy) ?? []), gain]))
  }
  return [...groups].map(([group, gains]) => `${group}: ${firstThatPays(gains)}`).join('; ')
}

/**
 * The lowest accuracy whose gain is more than twice its standard error; of fewer than 5 procedures
 * the gain at the highest accuracy alone, without a verdict.
 */
export function firstThatPays(gains: Map<number, number[]>): string {
  const [highest, most] = [...gains].at(-1)!
  if (most.length < fewestTested) {
    const where = Number.isNaN(highest) ? '' : `at ${highest} `
    return `${where}${gainOf(most)}, not tested below ${fewestTested} procedures`
  }
  for (const [accuracy, values] of gains) {
    const { mean, standardError } = meanAndError(values)
    if (varies(values) && mean > 2 * standardError) {
      const from = Number.isNaN(accuracy) ? '' : ` from ${accuracy} on`
      return `pays${from} (${gainOf(values)})`
    }
  }
  return 'does not pay'
}

/** "+0.0518 ± 0.0131, n = 12" */
function gainOf(values: number[]): string {
  const { mean, standardError } = meanAndError(values)
  const error = varies(values) ? ` ± ${standardError.toFixed(4)}` : ''
  return `${mean < 0 ? '' : '+'}${mean.toFixed(4)}${error}, n = ${values.length}`
}
