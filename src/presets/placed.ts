import type { Arm } from '../experiment/arm.js'

/**
 * An arm whose questions are placed where the words of the user's history tell the two items apart,
 * and whose answers are weighted by their margin.
 */
export function placed(arm: Arm): Arm {
  return {
    ...arm,
    settings: { augmentation: { placement: 'confident' }, model: { pairMargins: true } },
  }
}
