import { promptForms } from '../augmentation/prompt-forms.js'
import type { Preset } from '../experiment/preset.js'
import type { Setup } from '../experiment/setup.js'
import { full, smoke } from './sizes.js'

/** Prompt forms compared, on the same users and pairs. */
export const promptDesign: Preset = {
  name: 'prompt-design',
  title:
    'What of a history the prompt shows: all, the last items, the best rated, what came before one interaction, nothing',
  question: 'Does the whole history give better answers than a part of it?',
  sizes: { smoke, full: full(12) },
  arms: (setup) => [
    { name: 'none', users: { policy: 'none' } },
    ...forms(setup).map((prompt) => ({
      name: prompt,
      users: { policy: 'random' },
      settings: { augmentation: { prompt } },
    })),
  ],
  comparisons: (rows) =>
    [...new Set(rows.map(({ policy }) => policy))]
      .filter((policy) => policy !== 'llm-user')
      .map((against) => ({ arm: 'llm-user', against })),
}

function forms({ split }: Setup): string[] {
  return promptForms
    .entries()
    .filter(({ needsRatings }) => !needsRatings || split.train.rating !== undefined)
    .map(({ name }) => name)
}
