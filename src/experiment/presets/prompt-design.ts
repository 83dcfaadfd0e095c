import { type PromptName, promptNames } from '../../augmentation/prompt.js'
import { fixedRow } from '../arms.js'
import type { Lab } from '../lab.js'
import type { Preset } from '../trial.js'
import { smoke } from './sizes.js'

/** What of a history the prompt shows; the same users and pairs for all forms. */
export const promptDesign: Preset = {
  name: 'prompt-design',
  title: 'What of a history the prompt shows: all, the last items, the best rated, what came before one interaction, nothing',
  question: 'Does the whole history give better answers than a part of it?',
  sizes: { smoke, full: { seeds: 12, settings: { evaluation: { trainings: 10 } } } },
  steps: (materials) => (forms(materials).length + 1) * materials.config.evaluation.trainings,
  async run(lab, step) {
    const rows = [await fixedRow(lab, 'none', step)]
    for (const prompt of forms(lab.materials)) rows.push({ ...(await fixedRow(lab.with({ augmentation: { prompt } }), 'random', step)), policy: prompt })
    return rows
  },
  comparisons: (rows) => [...new Set(rows.map(({ policy }) => policy))].filter((policy) => policy !== 'llm-user').map((against) => ({ arm: 'llm-user', against })),
}

function forms({ split }: Lab['materials']): PromptName[] {
  return promptNames.filter((name) => name !== 'llm-user-top-rated' || split.train.rating !== undefined)
}
