import type { AugmentationConfig } from '../../augmentation/config.js'
import { bestFeatureByProxy, fixedRow } from '../arms.js'
import type { Preset, TrialRow } from '../trial.js'
import { smoke } from './sizes.js'

interface Arm {
  placement: AugmentationConfig['placement']
  draws: number
  margins: boolean
  /** Pairs a user, relative to the configured number; users are as many as the same questions pay for. */
  pairs: number
}

const arms: Arm[] = [
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

/** Which pairs are asked, how answers are weighted, and few pairs of many users against many of few: always as many questions. */
export const placement: Preset = {
  name: 'placement',
  title: 'Which pairs to ask, at the same number of questions: the users of the best feature, and random ones',
  question: 'Does it matter which pairs are asked?',
  sizes: { smoke, full: { seeds: 6, settings: { evaluation: { trainings: 10 } } } },
  steps: ({ config }) => 2 * arms.length * config.evaluation.trainings,
  async run(lab, step) {
    const { features, config } = lab.materials
    const feature = await bestFeatureByProxy(lab)
    const rows: TrialRow[] = []
    for (const { placement, draws, margins, pairs } of arms) {
      const pairsPerUser = Math.max(1, Math.round(config.augmentation.pairsPerUser * pairs))
      const budget = Math.min(features.users.length, Math.round((config.policy.budget * config.augmentation.pairsPerUser) / pairsPerUser))
      const own = lab.with({ augmentation: { placement, placementDraws: draws, pairsPerUser }, model: { pairMargins: margins }, policy: { budget } })
      const factors = { placement, draws: placement === 'confident' || placement === 'uncertain' ? draws : 1, margins: String(margins), N: budget, P: pairsPerUser }
      rows.push({ ...(await fixedRow(own, feature, step)), policy: 'best-feature', chosen: feature, factors }, { ...(await fixedRow(own, 'random', step)), factors })
    }
    return rows
  },
  comparisons: () => [],
  conclusion(rows) {
    const value = (row: (typeof rows)[number]) => rows.filter((other) => other.policy === row.policy && JSON.stringify(other.factors) === JSON.stringify(row.factors)).reduce((sum, { validation }) => sum + validation, 0)
    const best = [...rows].sort((a, b) => value(b) - value(a))[0]
    return `best on the validation half: ${best.policy}, ${Object.entries(best.factors).map(([name, x]) => `${name} ${x}`).join(', ')}`
  },
}
