import type { Preset } from '../experiment/preset.js'
import { full, smoke } from './sizes.js'

/** Trainings an update (M), and share of the answers turned round. */
const ways = [
  ...[2, 4, 10, 20].map((episodes) => ({ episodes, noise: 0 })),
  ...[0.1, 0.2].map((noise) => ({ episodes: 10, noise })),
]

/**
 * Noise that learning bears in its reward: fewer trainings an update, and a judge that errs more
 * often.
 */
export const rewardNoise: Preset = {
  name: 'reward-noise',
  title: 'Noise in the reward: trainings an update (M), and answers turned round at random',
  question: 'How many trainings an update does learning need, and how good a judge?',
  sizes: { smoke, full: full(6, { policy: { runs: 1 } }) },
  arms: () =>
    ways.flatMap(({ episodes, noise }) => {
      const settings = { policy: { episodes }, augmentation: { noise } }
      const factors = { M: episodes, noise }
      return [
        { name: 'random', users: { policy: 'random' }, settings, factors },
        { name: 'learned', users: { learned: true }, settings, factors },
      ]
    }),
  comparisons: () =>
    ways.map(({ episodes, noise }) => ({
      arm: 'learned',
      against: 'random',
      factors: { M: episodes, noise },
    })),
}
