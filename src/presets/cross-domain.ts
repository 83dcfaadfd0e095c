import type { Arm } from '../experiment/arm.js'
import type { Preset } from '../experiment/preset.js'
import { categoryGroups } from '../experiment/view.js'
import { InputError } from '../util/errors.js'
import { full, smoke } from './sizes.js'

/**
 * A policy, and the best single feature, chosen on another data set (`--other`) against those
 * chosen here. And within this data set: cold items of some categories, asked of users whose
 * histories are mostly of these, or mostly of other categories.
 */
export const crossDomain: Preset = {
  name: 'cross-domain',
  title:
    'Policies and features chosen on another data set; histories of other categories than the cold items',
  question: 'Can a policy be learned in one domain and used in another?',
  sizes: {
    smoke: {
      ...smoke,
      settings: {
        ...smoke.settings,
        others: [{ synthetic: { users: 400, items: 400, seed: 1 } }],
        evaluation: { ks: [5] },
        policy: { budget: 40, runs: 1, iterations: 2, episodes: 4, rewardK: 5 },
      },
    },
    full: full(6),
  },
  arms(setup) {
    const [away] = setup.others
    if (!away) throw new InputError('cross-domain needs another data set: --other NAME')
    const features = setup.features.names.filter((name) => away.features.names.includes(name))
    const view = { features }
    const bestFeature = { bestOf: features.map((name) => `top:${name}`), by: 'proxy' } as const
    return [
      { name: 'random', users: { policy: 'random' }, view },
      { name: 'best-feature/home', users: bestFeature, view },
      { name: 'best-feature/away', users: { ...bestFeature, from: 0 }, view },
      { name: 'learned/home', users: { learned: true }, view },
      { name: 'learned/away', users: { learned: true, from: 0 }, view },
      ...(categoryGroups(setup) ? byCategories(features) : []),
    ]
  },
  comparisons: (rows) => [
    { arm: 'learned/away', against: 'learned/home' },
    { arm: 'learned/away', against: 'random' },
    { arm: 'best-feature/away', against: 'best-feature/home' },
    ...(rows.some(({ policy }) => policy === 'learned/same categories')
      ? [
          { arm: 'random/other categories', against: 'random/same categories' },
          { arm: 'learned/other categories', against: 'learned/same categories' },
        ]
      : []),
  ],
}

function byCategories(features: string[]): Arm[] {
  return (['same', 'other'] as const).flatMap((categories) => {
    const view = { features, categories }
    return [
      { name: `random/${categories} categories`, users: { policy: 'random' }, view },
      { name: `learned/${categories} categories`, users: { learned: true }, view },
    ]
  })
}
