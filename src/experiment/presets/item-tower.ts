import { bagRow, contentMapRow, fixedRow, modelRow, randomUsers } from '../arms.js'
import { blend, type ContentTower, contentPrior } from '../content-models.js'
import type { Preset } from '../trial.js'
import { smoke } from './sizes.js'

/** The same random users' answers in ID towers and on top of content; content alone; and text blended in by score. */
export const itemTower: Preset = {
  name: 'item-tower',
  title: 'Answers in ID towers, answers on top of the content map, and content without any answer',
  question: 'What do answers add once items lie where their text says?',
  sizes: { smoke, full: { seeds: 12, settings: { evaluation: { trainings: 10 } } } },
  steps: ({ config }) => 7 * config.evaluation.trainings,
  async run(lab, step) {
    const id = await fixedRow(lab, 'random', step)
    const { users } = lab.materials.features
    const budget = Math.min(users.length, lab.materials.config.policy.budget)
    const { pairs, calls } = await lab.augmenter.augment(randomUsers(lab, budget))
    const onTop = async (tower: ContentTower) => ({
      ...(await modelRow(lab, `pairs on ${tower}`, { tower: `content-prior/${tower}`, pairs }, (t) => contentPrior(lab, pairs, t, tower).model, step)),
      users: budget,
      calls,
    })
    return [
      await fixedRow(lab, 'none', step),
      { ...id, policy: 'pairs on id' },
      await contentMapRow(lab, step),
      await onTop('content-map'),
      await bagRow(lab, step),
      await onTop('bag'),
      await modelRow(lab, 'blend', { tower: 'blend', contentMap: lab.materials.config.contentMap }, (t) => blend(lab, t).model, step),
    ]
  },
  comparisons: () => [
    { arm: 'pairs on content-map', against: 'content-map' },
    { arm: 'pairs on bag', against: 'bag' },
    { arm: 'content-map', against: 'pairs on id' },
    { arm: 'blend', against: 'content-map' },
  ],
}
