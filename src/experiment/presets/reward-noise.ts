import { learnedRow, fixedRow } from '../arms.js'
import type { Lab } from '../lab.js'
import { trainingsToLearn } from '../policy-training.js'
import type { Preset, TrialRow } from '../trial.js'
import { smoke } from './sizes.js'

/** Trainings an update, and share of the answers turned round. */
const sizes = [2, 4, 10, 20]
const noises = [0, 0.1, 0.2]

/** How much noise in the reward learning bears: fewer trainings an update, and a judge that errs more often. */
export const rewardNoise: Preset = {
  name: 'reward-noise',
  title: 'Noise in the reward: trainings an update (M), and answers turned round at random',
  question: 'How many trainings an update does learning need, and how good a judge?',
  sizes: { smoke, full: { seeds: 6, settings: { policy: { runs: 1 }, evaluation: { trainings: 10 } } } },
  steps: (materials) => arms().reduce((sum, { episodes }) => sum + trainingsToLearn(withEpisodes(materials, episodes)), 2 * arms().length * materials.config.evaluation.trainings),
  async run(lab, step) {
    const rows: TrialRow[] = []
    for (const { episodes, noise } of arms()) {
      const own = lab.with({ policy: { episodes }, augmentation: { noise } })
      const factors = { M: episodes, noise }
      rows.push({ ...(await fixedRow(own, 'random', step)), factors }, { ...(await learnedRow(own, 'learned', step)), factors })
    }
    return rows
  },
  comparisons: () => arms().map(({ episodes, noise }) => ({ arm: 'learned', against: 'random', factors: { M: episodes, noise } })),
}

function arms(): { episodes: number; noise: number }[] {
  return [...sizes.map((episodes) => ({ episodes, noise: 0 })), ...noises.slice(1).map((noise) => ({ episodes: 10, noise }))]
}

function withEpisodes(materials: Lab['materials'], episodes: number): Lab['materials'] {
  const { config } = materials
  return { ...materials, config: { ...config, policy: { ...config.policy, episodes } } }
}
