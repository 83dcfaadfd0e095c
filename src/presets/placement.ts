import type { AugmentationConfig } from '../augmentation/config.js'
import type { Arm } from '../experiment/arm.js'
import type { Preset } from '../experiment/preset.js'
import type { ReportedRow } from '../experiment/row.js'
import { topPolicies } from '../experiment/selection.js'
import type { Setup } from '../experiment/setup.js'
import { full, smoke } from './sizes.js'

interface Way {
  placement: AugmentationConfig['placement']
  draws: number
  margins: boolean
  /**
   * Pairs a user, relative to the configured number; users are as many as the same questions pay
   * for.
   */
  pairs: number
}

const ways: Way[] = [
  { placement: 'uniform', draws: 2, margins: false, pairs: 1 },
  { placement: 'uniform', draws: 2, margins: true, pairs: 1 },
  { placement: 'balanced', draws: 2, margins: true, pairs: 1 },
  { placement: 'uncertain', draws: 30, margins: true, pairs: 1 },
  { placement: 'confident', draws: 3, margins: true, pairs: 1 },
  { placement: 'confident', draws: 10, margins: true, pairs: 1 },
  { placement: 'confident', draws: 30, margins: false, pairs: 1 },
  { placement: 'confident', draws: 30, margins: true, pairs: 1 },
  { placement: 'confident', draws: 100, margins: true, pairs: 1 },
  { placement: 'uniform', draws: 2, margins: true, pairs: 0.3 },
  { placement: 'confident', draws: 30, margins: true, pairs: 0.3 },
  { placement: 'confident', draws: 30, margins: true, pairs: 2 },
]

/**
 * Which pairs are asked, how answers are weighted, and few pairs of many users against many of few:
 * always as many questions.
 */
export const placement: Preset = {
  name: 'placement',
  title:
    'Which pairs to ask, at the same number of questions: the users of the best feature, and random ones',
  question: 'Does it matter which pairs are asked?',
  sizes: { smoke, full: full(6) },
  arms: (setup) => ways.flatMap((way) => armsOf(setup, way)),
  comparisons: () => [],
  conclusion(rows) {
    const best = [...rows].sort((a, b) => total(rows, b) - total(rows, a))[0]
    const factors = Object.entries(best.factors).map(([name, x]) => `${name} ${x}`)
    return `best on the validation half: ${best.policy}, ${factors.join(', ')}`
  },
}

function armsOf(setup: Setup, { placement, draws, margins, pairs }: Way): Arm[] {
  const { features, config } = setup
  const { pairsPerUser: P } = config.augmentation
  const pairsPerUser = Math.max(1, Math.round(P * pairs))
  const budget = Math.min(
    features.users.length,
    Math.round((config.policy.budget * P) / pairsPerUser),
  )
  const settings = {
    augmentation: { placement, placementDraws: draws, pairsPerUser },
    model: { pairMargins: margins },
    policy: { budget },
  }
  const drawn = placement === 'confident' || placement === 'uncertain' ? draws : 1
  const factors = { placement, draws: drawn, margins: String(margins), N: budget, P: pairsPerUser }
  const bestFeature = { bestOf: topPolicies(setup), by: 'proxy', under: 'run' } as const
  return [
    { name: 'best-feature', users: bestFeature, settings, factors },
    { name: 'random', users: { policy: 'random' }, settings, factors },
  ]
}

/** Of the rows of the same arm, over the seeds. */
function total(rows: ReportedRow[], { policy, factors }: ReportedRow): number {
  const same = JSON.stringify(factors)
  return rows
    .filter((row) => row.policy === policy && JSON.stringify(row.factors) === same)
    .reduce((sum, { validation }) => sum + validation, 0)
}
