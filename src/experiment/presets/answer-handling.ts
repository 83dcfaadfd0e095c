import type { AugmentationConfig } from '../../augmentation/config.js'
import { fixedRow } from '../arms.js'
import type { Preset, TrialRow } from '../trial.js'
import { smoke } from './sizes.js'

const arms: Record<string, Partial<AugmentationConfig>> = {
  'one order': { bothOrders: false },
  'one order, calibrated': { bothOrders: false, calibrate: true },
  'both orders, disagreeing kept': { bothOrders: true, disagreeing: 'keep' },
  'both orders, disagreeing dropped': { bothOrders: true, disagreeing: 'drop' },
  'both orders, disagreeing at half weight': { bothOrders: true, disagreeing: 'down-weight' },
}

/** The offline reader made worse, so that there is something to handle; a language model has noise and a lean of its own. */
const dials = { llm: { offline: { noise: 1, positionBias: 2 } } }

/** What is done about the order of the two options; the same users and pairs for all. */
export const answerHandling: Preset = {
  name: 'answer-handling',
  title: 'What is done about the order of the options: nothing, calibration, both orders and the pairs on which they disagree',
  question: 'Is a second order, or a calibration, worth its price?',
  sizes: { smoke: { ...smoke, settings: { ...smoke.settings, ...dials } }, full: { seeds: 12, settings: { ...dials, evaluation: { trainings: 10 } } } },
  steps: (materials) => (Object.keys(arms).length + 1) * materials.config.evaluation.trainings,
  async run(lab, step) {
    const rows: TrialRow[] = [await fixedRow(lab, 'none', step)]
    for (const [policy, augmentation] of Object.entries(arms)) rows.push({ ...(await fixedRow(lab.with({ augmentation }), 'random', step)), policy })
    return rows
  },
  comparisons: () => Object.keys(arms).slice(1).map((arm) => ({ arm, against: 'one order' })),
}
