import { type Histories, historyOf } from '../dataset/histories.js'
import type { Relevance } from '../dataset/split.js'
import type { Places, Positions } from '../two-tower/engine.js'
import type { Recommender } from '../two-tower/recommender.js'
import { ExecutionError, InputError } from '../util/errors.js'
import { average } from '../util/statistics.js'
import { hitRateAtK, mrr, ndcgAtK, type Place, recallAtK } from './metrics.js'

/** A ranking to evaluate: the candidates, and the relevant ones of each user. */
export interface RankingTask {
  /** The users, and the items that a good ranking has on top for each. */
  relevant: Relevance
  /** Item indices that are ranked, the same for every user; all of them, never a sample. */
  candidates: Int32Array
  /** Histories whose items are left out of their user's candidates. Default: none. */
  mask?: Histories
}

/** Metrics of one ranking. */
export interface RankingReport {
  /** Evaluated users, ascending [n]. */
  users: Int32Array
  /** Value of each user [n] by the name of the metric: `recall@10`, `ndcg@10`, `hit@10`, `mrr`. */
  perUser: Record<string, Float64Array>
  /** Mean over users by the name of the metric. */
  mean: Record<string, number>
  /** Number of candidates, masked ones included. */
  numCandidates: number
}

/** Scores held at once: a block of users times all candidates. */
const blockScores = 2 ** 21

/**
 * Evaluates a full ranking: every candidate is scored for every user with a relevant item, and
 * metrics are computed as expected values over ties.
 * @param ks - cut-offs K of recall, ndcg and hit rate
 * @throws InputError when a cut-off is larger than the number of candidates; ExecutionError when a
 * relevant item is no candidate, or its score is not finite
 * @example
 * const { split, dataset } = setup
 * const popular = popularityRecommender(split.train, dataset.itemIds.length)
 * const task = { relevant: split.relevant.warm, candidates: split.warmItems, mask: split.train }
 * console.log(evaluate(popular, task, [10]).mean['recall@10'])
 */
export function evaluate(
  recommender: Recommender,
  task: RankingTask,
  ks: readonly number[],
): RankingReport {
  const { relevant, candidates } = task
  const largest = Math.max(...ks)
  if (largest > candidates.length)
    throw new InputError(
      `K = ${largest} is larger than the ${candidates.length} candidates; use smaller cut-offs, e.g. --set evaluation.ks=[${Math.ceil(candidates.length / 4)}]`,
    )
  const metrics = metricFunctions(ks)
  const n = relevant.users.length
  const perUser = Object.fromEntries(
    Object.keys(metrics).map((name) => [name, new Float64Array(n)]),
  )
  forEachUser(recommender, task, (k, places) => {
    for (const name in metrics) perUser[name][k] = metrics[name](places)
  })
  const mean = Object.fromEntries(
    Object.entries(perUser).map(([name, values]) => [name, average(values)]),
  )
  return { users: relevant.users, perUser, mean, numCandidates: candidates.length }
}

/** recall@K of each user alone [n]: the reward needs nothing else. */
export function recallPerUser(
  recommender: Recommender,
  task: RankingTask,
  k: number,
): Float64Array {
  const recall = new Float64Array(task.relevant.users.length)
  forEachUser(recommender, task, (index, places) => {
    recall[index] = recallAtK(places, k)
  })
  return recall
}

/** recall@K of a ranking by chance: K / candidates. */
export function chanceRecall(k: number, numCandidates: number): number {
  return Math.min(1, k / numCandidates)
}

function metricFunctions(ks: readonly number[]): Record<string, (places: Place[]) => number> {
  return Object.fromEntries([
    ...ks.map((k) => [`recall@${k}`, (places: Place[]) => recallAtK(places, k)]),
    ...ks.map((k) => [`ndcg@${k}`, (places: Place[]) => ndcgAtK(places, k)]),
    ...ks.map((k) => [`hit@${k}`, (places: Place[]) => hitRateAtK(places, k)]),
    ['mrr', mrr],
  ])
}

function forEachUser(
  recommender: Recommender,
  { relevant, candidates, mask }: RankingTask,
  visit: (index: number, places: Place[]) => void,
): void {
  const position = positions(candidates, mask, relevant)
  const own: Positions = { start: relevant.start, at: relevant.item.map((item) => position[item]) }
  const stranger = own.at.indexOf(-1)
  if (stranger >= 0)
    throw new ExecutionError(`relevant item ${relevant.item[stranger]} is not among the candidates`)
  const out = masked(relevant.users, position, mask)
  const { above, tied } =
    recommender.places?.(relevant.users, candidates, own, out) ??
    placesByScore(recommender, relevant.users, candidates, own, out)
  for (let k = 0; k < relevant.users.length; k++) {
    const places: Place[] = []
    for (let e = own.start[k]; e < own.start[k + 1]; e++) {
      if (above[e] < 0)
        throw new ExecutionError(
          `the score of item ${relevant.item[e]} for user ${relevant.users[k]} is not a finite number`,
        )
      places.push({ above: above[e], tied: tied[e] })
    }
    visit(k, places)
  }
}

/** Engine.places for any recommender, a block of users at a time. */
export function placesByScore(
  recommender: Pick<Recommender, 'score'>,
  users: Int32Array,
  items: Int32Array,
  own: Positions,
  out: Positions,
): Places {
  const width = items.length
  const blockSize = Math.max(8, Math.floor(blockScores / width))
  const scores = new Float32Array(Math.min(blockSize, users.length) * width)
  const places: Places = {
    above: new Int32Array(own.at.length),
    tied: new Int32Array(own.at.length),
  }
  for (let from = 0; from < users.length; from += blockSize) {
    const block = users.subarray(from, Math.min(from + blockSize, users.length))
    recommender.score(block, items, scores.subarray(0, block.length * width))
    for (let b = 0; b < block.length; b++) {
      const row = scores.subarray(b * width, (b + 1) * width)
      for (let e = out.start[from + b]; e < out.start[from + b + 1]; e++) row[out.at[e]] = -Infinity
      for (let e = own.start[from + b]; e < own.start[from + b + 1]; e++)
        [places.above[e], places.tied[e]] = placeOf(row, own.at[e])
    }
  }
  return places
}

/** Positions of the masked items of each user among the candidates. */
function masked(users: Int32Array, position: Int32Array, mask: Histories | undefined): Positions {
  const start = new Int32Array(users.length + 1)
  const at: number[] = []
  for (let k = 0; k < users.length; k++) {
    if (mask)
      for (const item of historyOf(mask, users[k])) if (position[item] >= 0) at.push(position[item])
    start[k + 1] = at.length
  }
  return { start, at: Int32Array.from(at) }
}

/** Position of each item among the candidates, -1 outside them. */
function positions(
  candidates: Int32Array,
  mask: Histories | undefined,
  relevant: Relevance,
): Int32Array {
  let largest = 0
  for (const list of [candidates, relevant.item, mask?.item ?? candidates])
    for (const item of list) if (item > largest) largest = item
  const position = new Int32Array(largest + 1).fill(-1)
  for (let k = 0; k < candidates.length; k++) position[candidates[k]] = k
  return position
}

function placeOf(row: Float32Array, at: number): [above: number, tied: number] {
  const own = row[at]
  if (!(Math.abs(own) < Infinity)) return [-1, 0]
  let above = 0
  let tied = -1
  // Adds instead of branching: the processor cannot predict which of the two holds.
  for (let k = 0; k < row.length; k++) {
    above += row[k] > own ? 1 : 0
    tied += row[k] === own ? 1 : 0
  }
  return [above, tied]
}
