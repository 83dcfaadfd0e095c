import { bestFeatureByProxy, fixedRow, learnedRow } from '../arms.js'
import type { Lab } from '../lab.js'
import { trainingsToLearn } from '../policy-training.js'
import type { Preset, TrialRow } from '../trial.js'
import { smoke } from './sizes.js'

/** Sizes of the pool, in budgets; null = all candidates. */
const pools = [1, 2, 4, 10, null]

/**
 * Learning asks questions too. Against learning in a pool of users stand: asking as many more users at random or by the
 * best feature (`/same bill`), and learning for free on the offline reader's answers (`learned/offline judge`).
 */
export const billOfLearning: Preset = {
  name: 'bill-of-learning',
  title: 'Recall against all questions asked, those for learning included',
  question: 'From which number of questions on is learning cheaper than asking more users?',
  sizes: { smoke, full: { seeds: 6, settings: { evaluation: { trainings: 10 } } } },
  steps: (materials) => poolsOf(materials).length * (trainingsToLearn(materials) + 3 * materials.config.evaluation.trainings) + trainingsToLearn(materials) + 2 * materials.config.evaluation.trainings,
  async run(lab, step) {
    const { budget } = lab.materials.config.policy
    const rows: TrialRow[] = [await fixedRow(lab, 'random', step)]
    const add = (row: TrialRow, pool: number) => rows.push({ ...row, factors: { pool } })
    for (const pool of poolsOf(lab.materials)) {
      const learned = await learnedRow(lab.with({ policy: { pool } }), 'learned', step)
      add(learned, pool)
      // The users that the same bill would pay for: those asked to learn and those of the selection.
      const perUser = learned.calls / Math.max(1, learned.users)
      const users = Math.min(lab.materials.features.users.length, budget + Math.round(learned.learningCalls / perUser))
      const richer = lab.with({ policy: { budget: users } })
      add({ ...(await fixedRow(richer, 'random', step)), policy: 'random/same bill' }, pool)
      const feature = await bestFeatureByProxy(richer)
      add({ ...(await fixedRow(richer, feature, step)), policy: 'best-feature/same bill', chosen: feature }, pool)
    }
    const free = await learnedRow(lab.with({ policy: { judge: 'offline' } }), 'learned/offline judge', step)
    return [...rows, { ...free, learningCalls: 0 }]
  },
  comparisons: (rows) => [
    ...[...new Set(rows.map(({ factors }) => factors['pool']))].flatMap((pool) => (pool === undefined ? [] : ['random/same bill', 'best-feature/same bill'].map((against) => ({ arm: 'learned', against, factors: { pool } })))),
    { arm: 'learned/offline judge', against: 'random' },
  ],
}

function poolsOf({ config, features }: Lab['materials']): number[] {
  return [...new Set(pools.map((times) => Math.min(features.users.length, times === null ? Infinity : times * config.policy.budget)))]
}
