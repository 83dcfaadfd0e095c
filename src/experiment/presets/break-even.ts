import { meanAndError } from '../../evaluation/statistics.js'
import { bagRow, contentMapRow, modelRow, randomUsers } from '../arms.js'
import { blend, contentPrior } from '../content-models.js'
import type { Lab } from '../lab.js'
import { agreement, type SimulatedJudge, simulateAnswers } from '../simulated-judge.js'
import type { Preset, TrialRow } from '../trial.js'
import { smoke } from './sizes.js'

const accuracies = [0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95]
const towers = ['content-map', 'bag'] as const
const judges: SimulatedJudge[] = (['independent', 'text-like'] as const).flatMap((errors) => accuracies.map((accuracy) => ({ accuracy, errors })))

/** Users asked, in budgets. */
const shares = [1, 10 / 3, 10]

/**
 * When does asking pay? Answers on top of a content tower: the judge's own, and those of judges simulated from held-out
 * truth at dialled accuracies. A judge pays where its row beats that tower's own.
 */
export const breakEven: Preset = {
  name: 'break-even',
  title: 'Answers on top of content (the towers content-map and bag): the judge at hand, and SIMULATED judges made from held-out truth',
  question: 'From which accuracy and budget on does asking pay at all?',
  sizes: { smoke, full: { seeds: 6, settings: {} } },
  steps: (materials) => materials.config.evaluation.trainings * (3 + towers.length * budgets(materials).length * (judges.length + 1)),
  async run(lab, step) {
    const { contentMap, bag } = lab.materials.config
    const rows = [await contentMapRow(lab, step), await bagRow(lab, step), await modelRow(lab, 'blend', { tower: 'blend', contentMap }, (t) => blend(lab, t).model, step)]
    const truth = lab.trainOnEverything()
    for (const users of budgets(lab.materials)) {
      const { pairs, calls } = await lab.augmenter.augment(randomUsers(lab, users))
      const right = agreement(pairs, truth)
      const add = async (policy: string, answers: typeof pairs, factors: TrialRow['factors']) => {
        for (const tower of towers) {
          const row = await modelRow(lab, policy, { tower: `content-prior/${tower}`, contentMap, bag, pairs: answers }, (t) => contentPrior(lab, answers, t, tower).model, step)
          rows.push({ ...row, factors: { tower, ...factors, N: users }, users, calls })
        }
      }
      await add('judge', pairs, {})
      for (const judge of judges) await add(`simulated/${judge.errors}`, simulateAnswers(pairs, right, judge, lab.seed), { accuracy: judge.accuracy })
    }
    return rows
  },
  comparisons: () => [],
  conclusion: (rows, config) => paysFrom(rows, `cold:recall@${config.policy.rewardK}`),
}

/** The lowest accuracy of each kind and budget whose gain over its tower alone is more than twice its standard error. */
export function paysFrom(rows: Omit<TrialRow, 'userRecall'>[], metric: string): string {
  const alone = (tower: string | number, seed: number) => rows.find((row) => row.policy === tower && row.seed === seed)!.metrics[metric]
  const groups = new Map<string, Map<number, number[]>>()
  for (const { policy, factors, seed, metrics } of rows) {
    if (factors['N'] === undefined) continue
    const group = `${policy} on ${factors['tower']}, ${factors['N']} users`
    const accuracy = Number(factors['accuracy'] ?? NaN)
    const own = groups.get(group) ?? new Map<number, number[]>()
    groups.set(group, own.set(accuracy, [...(own.get(accuracy) ?? []), metrics[metric] - alone(factors['tower'], seed)]))
  }
  return [...groups].map(([group, gains]) => `${group}: ${firstThatPays(gains)}`).join('; ')
}

function firstThatPays(gains: Map<number, number[]>): string {
  for (const [accuracy, values] of gains) {
    const { mean, standardError } = meanAndError(values)
    if (mean > 0 && mean > 2 * standardError) return `pays${Number.isNaN(accuracy) ? '' : ` from ${accuracy} on`} (+${mean.toFixed(4)} ± ${standardError.toFixed(4)})`
  }
  return 'does not pay'
}

function budgets({ config, features }: Lab['materials']): number[] {
  return [...new Set(shares.map((share) => Math.min(features.users.length, Math.round(share * config.policy.budget))))]
}
