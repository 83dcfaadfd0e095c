import type { Arm } from '../experiment/arm.js'
import type { Preset } from '../experiment/preset.js'
import { topPolicies } from '../experiment/selection.js'
import type { Setup } from '../experiment/setup.js'
import { multiplesOfBudget } from './budget.js'
import { full, smoke } from './sizes.js'

/**
 * Learning asks questions too. Against learning in a pool of users stand: asking as many more users
 * at random or by the best feature (`/same bill`), and learning for free on the offline reader's
 * answers (`learned/offline judge`).
 */
export const billOfLearning: Preset = {
  name: 'bill-of-learning',
  title: 'Recall against all questions asked, those for learning included',
  question: 'From which number of questions on is learning cheaper than asking more users?',
  sizes: { smoke, full: full(6) },
  arms: (setup) => [
    { name: 'random', users: { policy: 'random' } },
    ...multiplesOfBudget(setup, [1, 2, 4, 10, Infinity]).flatMap((pool) => inPool(setup, pool)),
    {
      name: 'learned/offline judge',
      users: { learned: true },
      settings: { policy: { judge: 'offline' } },
    },
  ],
  comparisons: (rows) => [
    ...[...new Set(rows.map(({ factors }) => factors['pool']))].flatMap((pool) =>
      pool === undefined
        ? []
        : ['random/same bill', 'best-feature/same bill'].map((against) => ({
            arm: 'learned',
            against,
            factors: { pool },
          })),
    ),
    { arm: 'learned/offline judge', against: 'random' },
  ],
}

function inPool(setup: Setup, pool: number): Arm[] {
  const factors = { pool }
  const learned: Arm = {
    name: 'learned',
    users: { learned: true },
    settings: { policy: { pool } },
    factors,
  }
  return [
    learned,
    { name: 'random/same bill', users: { policy: 'random' }, sameBillAs: learned, factors },
    {
      name: 'best-feature/same bill',
      users: { bestOf: topPolicies(setup), by: 'proxy' },
      sameBillAs: learned,
      factors,
    },
  ]
}
