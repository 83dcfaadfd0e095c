import { contentMapRow, fixedRow, modelRow, randomUsers } from '../arms.js'
import { blend, contentPrior } from '../content-models.js'
import type { Preset } from '../trial.js'
import { smoke } from './sizes.js'

/** The same random users' answers in ID towers and on top of content; content alone; and text blended in by score. */
export const itemTower: Preset = {
  name: 'item-tower',
  title: 'Answers in ID towers, answers on top of the content map, and content without any answer',
  question: 'What do answers add once items lie where their text says?',
  sizes: { smoke, full: { seeds: 12, settings: { evaluation: { trainings: 10 } } } },
  steps: ({ config }) => 5 * config.evaluation.trainings,
  async run(lab, step) {
    const id = await fixedRow(lab, 'random', step)
    const { users } = lab.materials.features
    const budget = Math.min(users.length, lab.materials.config.policy.budget)
    const { pairs, calls } = await lab.augmenter.augment(randomUsers(lab, budget))
    const prior = await modelRow(lab, 'content-prior', { tower: 'content-prior', pairs }, (t) => contentPrior(lab, pairs, t).model, step)
    return [
      await fixedRow(lab, 'none', step),
      { ...id, policy: 'id' },
      { ...prior, users: budget, calls },
      await contentMapRow(lab, step),
      await modelRow(lab, 'blend', { tower: 'blend', contentMap: lab.materials.config.contentMap }, (t) => blend(lab, t).model, step),
    ]
  },
  comparisons: () => [
    { arm: 'content-prior', against: 'content-map' },
    { arm: 'content-prior', against: 'id' },
    { arm: 'blend', against: 'content-map' },
  ],
}
