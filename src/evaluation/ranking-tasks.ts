import type { Split } from '../dataset/split.js'
import { concat } from '../util/typed.js'
import type { RankingReport, RankingTask } from './evaluate.js'

/** A half of the cold items: `validation` for choices, `test` for final reports only. */
export type Half = 'validation' | 'test'

/**
 * Three rankings to evaluate a finished model by: `cold` (the cold items of this half), `full`
 * (these and all warm items, histories left out) and `warm` (later interactions with warm items,
 * histories left out).
 */
export function rankingTasks(
  { coldItems, warmItems, relevant, train }: Split,
  half: Half,
): Record<'cold' | 'full' | 'warm', RankingTask> {
  return {
    cold: { relevant: relevant[half], candidates: coldItems[half] },
    full: {
      relevant: relevant[half],
      candidates: concat(warmItems, coldItems[half]),
      mask: train,
    },
    warm: { relevant: relevant.warm, candidates: warmItems, mask: train },
  }
}

/** Metrics of a finished model in three rankings. */
export interface ColdStartReport {
  /** Cold items of the half, ranked among themselves. */
  cold: RankingReport
  /** Cold items of the half, ranked among all items; the user's history is left out. */
  full: RankingReport
  /**
   * Warm items that the user interacted with later, ranked among the warm items outside the user's
   * history.
   */
  warm: RankingReport
}
