import { average } from '../../evaluation/evaluate.js'
import { contentMapRow, modelRow, randomUsers } from '../arms.js'
import { blend, contentPrior } from '../content-models.js'
import type { Lab } from '../lab.js'
import { agreement, type SimulatedJudge, simulateAnswers } from '../simulated-judge.js'
import type { Preset, TrialRow } from '../trial.js'
import { smoke } from './sizes.js'

const accuracies = [0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95]
const judges: SimulatedJudge[] = (['independent', 'text-like'] as const).flatMap((errors) => accuracies.map((accuracy) => ({ accuracy, errors })))

/** Users asked, in budgets. */
const shares = [1, 10 / 3, 10]

/**
 * When does asking pay? Answers on top of the content map: the judge's own, and those of judges simulated from held-out
 * truth at dialled accuracies. A judge pays where its row beats `content-map`.
 */
export const breakEven: Preset = {
  name: 'break-even',
  title: 'Answers on top of the content map: the judge at hand, and SIMULATED judges made from held-out truth',
  question: 'From which accuracy and budget on does asking pay at all?',
  sizes: { smoke, full: { seeds: 6, settings: {} } },
  steps: (materials) => materials.config.evaluation.trainings * (2 + budgets(materials).length * (judges.length + 1)),
  async run(lab, step) {
    const { contentMap } = lab.materials.config
    const rows = [await contentMapRow(lab, step), await modelRow(lab, 'blend', { tower: 'blend', contentMap }, (t) => blend(lab, t).model, step)]
    const truth = lab.trainOnEverything()
    for (const users of budgets(lab.materials)) {
      const { pairs, calls } = await lab.augmenter.augment(randomUsers(lab, users))
      const add = async (policy: string, answers: typeof pairs, factors: TrialRow['factors']) => {
        const row = await modelRow(lab, policy, { tower: 'content-prior', contentMap, pairs: answers }, (t) => contentPrior(lab, answers, t).model, step)
        rows.push({ ...row, factors: { ...factors, users }, users, calls })
      }
      const right = agreement(pairs, truth)
      await add('judge', pairs, {})
      for (const judge of judges) await add(`simulated/${judge.errors}`, simulateAnswers(pairs, right, judge, lab.seed), { accuracy: judge.accuracy })
    }
    return rows
  },
  comparisons: () => [],
  conclusion: (rows, config) => paysFrom(rows, `cold:recall@${config.policy.rewardK}`),
}

/** The lowest accuracy of each kind and budget whose gain over the content map is more than twice its standard error. */
export function paysFrom(rows: Omit<TrialRow, 'userRecall'>[], metric: string): string {
  const map = new Map(rows.filter(({ policy }) => policy === 'content-map').map((row) => [row.seed, row.metrics[metric]]))
  const arms = new Map<string, number[]>()
  for (const row of rows.filter(({ policy }) => policy === 'judge' || policy.startsWith('simulated/'))) {
    const arm = `${row.policy}|${row.factors['users']}|${row.factors['accuracy'] ?? ''}`
    arms.set(arm, [...(arms.get(arm) ?? []), row.metrics[metric] - map.get(row.seed)!])
  }
  const pays = (gains: number[]) => {
    const mean = average(gains)
    const error = Math.sqrt(gains.reduce((sum, x) => sum + (x - mean) ** 2, 0) / Math.max(1, gains.length - 1) / gains.length)
    return gains.length > 1 && mean > 2 * error && mean > 0
  }
  const groups = new Map<string, string>()
  for (const [arm, gains] of arms) {
    const [policy, users, accuracy] = arm.split('|')
    const group = `${policy} at ${users} users`
    if (!groups.has(group)) groups.set(group, policy === 'judge' ? `does not pay (${average(gains).toFixed(4)})` : 'does not pay at any accuracy tried')
    if (pays(gains) && groups.get(group)!.startsWith('does not')) groups.set(group, policy === 'judge' ? `pays (+${average(gains).toFixed(4)})` : `pays from ${accuracy} on (+${average(gains).toFixed(4)})`)
  }
  return [...groups].map(([group, says]) => `${group} ${says}`).join('; ')
}

function budgets({ config, features }: Lab['materials']): number[] {
  return [...new Set(shares.map((share) => Math.min(features.users.length, Math.round(share * config.policy.budget))))]
}
