import { type Relevance, relevantOf } from '../dataset/split.js'
import type { Engine, TopK, TwoTowerModel } from '../two-tower/engine.js'
import { average } from '../util/statistics.js'
import { slopeOf } from './later-relevance.js'
import { idealDcg } from './metrics.js'
import { bestKnown, offsetOfExposure, shelfLists, shelfSize, type ShelfTask } from './shelf.js'

/** Metrics of lists that hold known and new items. */
export interface ShelfReport {
  /** Users with a later choice, ascending [n]. */
  users: Int32Array
  /**
   * Value of each user [n] by the name of the metric; NaN where it says nothing of the user
   * (`new@K` of one who chose no new item).
   */
  perUser: Record<string, Float64Array>
  /** Mean by the name of the metric, over the users of whom it says something. */
  mean: Record<string, number>
}

/**
 * Metrics of lists at each cut-off K, from 0 to 1:
 * - `recall@K`, `ndcg@K`: of all that the user chose later
 * - `new@K`, `warm@K`: recall of the new and of the known items among it
 * - `exposure@K`: share of the first K places that are new
 *
 * @param items - lists of items, best first, -1 where a list has ended [n, items.length / n]
 * @param later - what the users of the lists chose later, in their order
 * @param ks - at most the length of a list
 */
export function shelfMetrics(
  items: Int32Array,
  later: Relevance,
  isNew: (item: number) => boolean,
  ks: readonly number[],
): ShelfReport {
  const n = later.users.length
  const length = n === 0 ? 0 : items.length / n
  const perUser: ShelfReport['perUser'] = {}
  for (const k of ks)
    for (const name of ['recall', 'ndcg', 'new', 'warm', 'exposure'])
      perUser[`${name}@${k}`] = new Float64Array(n)
  for (let user = 0; user < n; user++) {
    const list = items.subarray(user * length, (user + 1) * length).filter((item) => item >= 0)
    const relevant = relevantOf(later, user)
    for (const k of ks) {
      const values = metricsOfList(list.subarray(0, k), k, relevant, isNew)
      for (const name in values) perUser[`${name}@${k}`][user] = values[name]
    }
  }
  const mean = Object.entries(perUser).map(([name, values]) => [
    name,
    average(values.filter((value) => !Number.isNaN(value))),
  ])
  return { users: later.users, perUser, mean: Object.fromEntries(mean) as Record<string, number> }
}

function metricsOfList(
  list: Int32Array,
  k: number,
  relevant: Set<number>,
  isNew: (item: number) => boolean,
): Record<string, number> {
  let [hits, newHits, shown, dcg] = [0, 0, 0, 0]
  list.forEach((item, place) => {
    const fresh = isNew(item)
    if (fresh) shown++
    if (!relevant.has(item)) return
    hits++
    if (fresh) newHits++
    dcg += 1 / Math.log2(place + 2)
  })
  const numNew = [...relevant].filter(isNew).length
  return {
    recall: hits / relevant.size,
    ndcg: dcg / idealDcg(k, relevant.size),
    new: newHits / numNew,
    warm: (hits - newHits) / (relevant.size - numNew),
    exposure: list.length === 0 ? NaN : shown / list.length,
  }
}

/** Half of a shelf to calibrate on, half to measure, and how. */
export interface ShelfSettings {
  /** Chooses the scale of the new items. */
  validation: ShelfTask
  /** Slope of the logit of later relevance by a known item's score, on that half. */
  knownSlope: number
  /** Is measured; its best known items under the model. */
  task: ShelfTask
  known: TopK
  /** Cut-offs K. */
  ks: readonly number[]
  /** Share of the first 50 places that is new. */
  exposure: number
}

/**
 * Metrics of a model's shelf at an exposure. A cold item's score is put on the scale of the known
 * ones by the slopes of two logistic regressions of later relevance, on the validation half (known
 * items: a1 s + a0; new items: t1 s + t0; hence s t1 / a1), and shifted so that new items take this
 * share of the first 50 places: models are compared by whom they show which new items, not by how
 * many.
 */
export function evaluateShelf(
  engine: Engine,
  model: TwoTowerModel,
  { validation, knownSlope, task, known, ks, exposure }: ShelfSettings,
): ShelfReport {
  const { users } = task.later
  const length = lengthOf(ks)
  const freshOf = ({ later, newItems }: ShelfTask) =>
    engine.topK(model, later.users, newItems, Math.min(length, newItems.length))
  const slope = slopeOf(freshOf(validation), validation.later)
  const scale = knownSlope > 0 ? Math.max(0, slope) / knownSlope : 0
  const { items: best, scores } = freshOf(task)
  const shelves = {
    users,
    known,
    numKnown: Math.min(length, task.knownItems.length),
    fresh: { items: best, scores: scores.map((score) => scale * score) },
    numFresh: Math.min(length, task.newItems.length),
  }
  const offset = offsetOfExposure(shelves, exposure)
  const items = shelfLists(shelves, offset, length)
  const isNew = new Set(task.newItems)
  return shelfMetrics(items, task.later, (item) => isNew.has(item), ks)
}

/** The best known items of a task's users, as many as `evaluateShelf` looks at. */
export function knownOf(
  engine: Engine,
  model: TwoTowerModel,
  { later, knownItems, train }: ShelfTask,
  ks: readonly number[],
): TopK {
  return bestKnown({ engine, model, knownItems, train }, later.users, lengthOf(ks))
}

const lengthOf = (ks: readonly number[]) => Math.max(shelfSize, ...ks)
