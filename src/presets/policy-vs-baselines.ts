import type { Preset } from '../experiment/preset.js'
import { topPolicies } from '../experiment/selection.js'
import { placed } from './placed.js'
import { full, smoke } from './sizes.js'

/**
 * The headline table: no augmentation, random, the top of each feature, learned, everybody; and
 * content without a chat model.
 */
export const policyVsBaselines: Preset = {
  name: 'policy-vs-baselines',
  title: 'Learned selection against random, single features, everybody, and content alone',
  question:
    'Does a learned policy choose better users than chance and than the best single feature?',
  sizes: { smoke, full: full(12) },
  arms(setup) {
    const tops = topPolicies(setup)
    return [
      ...['none', 'random', ...tops].map((policy) => ({ name: policy, users: { policy } })),
      { name: 'best-feature', users: { bestOf: tops, by: 'training' } },
      { name: 'learned', users: { learned: true } },
      // As many questions, of which the words of the user's history tell the two items apart.
      placed({ name: 'random/placed', users: { policy: 'random' } }),
      placed({ name: 'best-feature/placed', users: { bestOf: tops, by: 'proxy' } }),
      placed({ name: 'learned/placed', users: { learned: true } }),
      { name: 'all', users: { policy: 'all' } },
      ...contentTowers.map((tower) => ({ name: tower, tower })),
    ]
  },
  comparisons: () => [
    { arm: 'learned', against: 'random' },
    { arm: 'learned', against: 'best-feature' },
    { arm: 'best-feature', against: 'random' },
    { arm: 'learned/placed', against: 'random' },
    { arm: 'learned/placed', against: 'best-feature' },
    { arm: 'learned/placed', against: 'best-feature/placed' },
    { arm: 'content', against: 'learned/placed' },
  ],
}

/** Content without any question; the last, the best mixture, is what asking has to beat. */
const contentTowers = [
  'content-map',
  'content-knn',
  'content-nearest',
  'similar-popularity',
  'content',
]
