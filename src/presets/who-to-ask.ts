import type { Preset } from '../experiment/preset.js'
import { topPolicies } from '../experiment/selection.js'
import { placed } from './placed.js'
import { full, smoke } from './sizes.js'

/** Whom to ask, in a few rows, and what text and answers do for the shelf. */
export const whoToAsk: Preset = {
  name: 'who-to-ask',
  title: 'Whom to ask, with questions that the history of the user can answer',
  question: 'Are learned users better than random ones and than the best single feature?',
  sizes: { smoke, full: full(12) },
  arms: (setup) => [
    { name: 'none', users: { policy: 'none' } },
    placed({ name: 'random', users: { policy: 'random' } }),
    placed({ name: 'best-feature', users: { bestOf: topPolicies(setup), by: 'proxy' } }),
    placed({ name: 'learned', users: { learned: true } }),
    { name: 'content', tower: 'content' },
    placed({ name: 'content/random', tower: 'content', users: { policy: 'random' } }),
  ],
  comparisons: () => [
    { arm: 'learned', against: 'random' },
    { arm: 'learned', against: 'best-feature' },
    { arm: 'content', against: 'learned' },
    { arm: 'content/random', against: 'content' },
    { arm: 'content', against: 'none' },
  ],
}
