import type { Arm } from '../experiment/arm.js'
import type { Preset } from '../experiment/preset.js'
import { topPolicies } from '../experiment/selection.js'
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
      ...placed(tops),
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

/**
 * As many questions, placed where the words of the user's history tell the two items apart, and
 * weighted by the answer's margin: for random users, the best feature, and a policy learned under
 * the same placement.
 */
function placed(tops: string[]): Arm[] {
  const settings = {
    augmentation: { placement: 'confident' },
    model: { pairMargins: true },
  } as const
  return [
    { name: 'random/placed', users: { policy: 'random' }, settings },
    { name: 'best-feature/placed', users: { bestOf: tops, by: 'proxy' }, settings },
    { name: 'learned/placed', users: { learned: true }, settings },
  ]
}
