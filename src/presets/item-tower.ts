import type { Preset } from '../experiment/preset.js'
import { full, smoke } from './sizes.js'

const random = { policy: 'random' }

/**
 * Answers of the same random users learned by ID towers and on top of content, against content
 * alone, and against the best mixture of
 * content signals.
 */
export const itemTower: Preset = {
  name: 'item-tower',
  title: 'Answers in ID towers, answers on top of the content map, and content without any answer',
  question: 'What do answers add once items lie where their text says?',
  sizes: { smoke, full: full(12) },
  arms: () => [
    { name: 'none', users: { policy: 'none' } },
    { name: 'pairs on id', users: random },
    { name: 'content-map', tower: 'content-map' },
    { name: 'pairs on content-map', users: random, tower: 'content-map' },
    { name: 'bag', tower: 'bag' },
    { name: 'pairs on bag', users: random, tower: 'bag' },
    { name: 'content', tower: 'content' },
    { name: 'pairs on content', users: random, tower: 'content' },
  ],
  comparisons: () => [
    { arm: 'pairs on content-map', against: 'content-map' },
    { arm: 'pairs on bag', against: 'bag' },
    { arm: 'content-map', against: 'pairs on id' },
    { arm: 'content', against: 'content-map' },
    { arm: 'pairs on content', against: 'content' },
  ],
}
