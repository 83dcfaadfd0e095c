import type { AugmentationConfig } from '../augmentation/config.js'
import type { Preset } from '../experiment/preset.js'
import { full, smoke } from './sizes.js'

const ways: Record<string, Partial<AugmentationConfig>> = {
  'one order': { bothOrders: false },
  'one order, calibrated': { bothOrders: false, calibrate: true },
  'both orders, disagreeing kept': { bothOrders: true, disagreeing: 'keep' },
  'both orders, disagreeing dropped': { bothOrders: true, disagreeing: 'drop' },
  'both orders, disagreeing at half weight': { bothOrders: true, disagreeing: 'down-weight' },
}

/**
 * Noise and position bias of the offline reader, as a language model may have them, so that there
 * is something to handle.
 */
const dials = { llm: { offline: { noise: 1, positionBias: 2 } } }

/** Ways to treat the order of the two options compared, on the same users and pairs. */
export const answerHandling: Preset = {
  name: 'answer-handling',
  title:
    'What is done about the order of the options: nothing, calibration, both orders and the pairs on which they disagree',
  question: 'Is a second order, or a calibration, worth its price?',
  sizes: {
    smoke: { ...smoke, settings: { ...smoke.settings, ...dials } },
    full: full(12, dials),
  },
  arms: () => [
    { name: 'none', users: { policy: 'none' } },
    ...Object.entries(ways).map(([name, augmentation]) => ({
      name,
      users: { policy: 'random' },
      settings: { augmentation },
    })),
  ],
  comparisons: () =>
    Object.keys(ways)
      .slice(1)
      .map((arm) => ({ arm, against: 'one order' })),
}
