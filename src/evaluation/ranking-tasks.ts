import { entriesOf, relevanceOf } from '../dataset/relevance.js'
import type { Relevance, Split } from '../dataset/split.js'
import { concat } from '../util/typed.js'
import type { RankingReport, RankingTask } from './evaluate.js'
import type { ShelfReport } from './shelf-metrics.js'
import type { ShelfTask } from './shelf.js'

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

/**
 * The shelf as a shop shows it: known items and the cold ones of this half together, histories left
 * out, and all that users chose later.
 */
export function shelfTask({ coldItems, warmItems, relevant, train }: Split, half: Half): ShelfTask {
  const later = union([relevant[half], relevant.warm])
  return { later, knownItems: warmItems, newItems: coldItems[half], train }
}

/** Users of whom the scale of new items is learned: as good as all, and quick. */
const calibrationUsers = 2000

/** A task of every n-th user, so that `calibrationUsers` remain. */
export function sampled(task: ShelfTask): ShelfTask {
  return { ...task, later: sampledRelevance(task.later) }
}

/** The relevant items of every n-th user, so that `calibrationUsers` remain. */
export function sampledRelevance(relevance: Relevance): Relevance {
  const step = Math.max(1, Math.ceil(relevance.users.length / calibrationUsers))
  return relevanceOf(entriesOf(relevance).filter((_, k) => k % step === 0))
}

/** The relevant items of several tasks as one. */
export function union(parts: readonly Relevance[]): Relevance {
  const byUser = new Map<number, number[]>()
  for (const [user, items] of parts.flatMap(entriesOf))
    byUser.set(user, [...(byUser.get(user) ?? []), ...items])
  return relevanceOf(byUser)
}

/** Metrics of a finished model in three rankings, and on the shelf. */
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
  /**
   * All that users chose later, among known and new items together. New items are shifted so that
   * they take `evaluation.exposure` of the first 50 places: models are compared at equal exposure.
   */
  shelf: ShelfReport
}
