import { createHash } from 'node:crypto'
import { evaluate, type RankingReport } from '../evaluation/evaluate.js'
import {
  type ColdStartReport,
  type Half,
  rankingTasks,
  sampled,
  shelfTask,
} from '../evaluation/ranking-tasks.js'
import { slopeOf } from '../evaluation/later-relevance.js'
import { evaluateShelf, knownOf } from '../evaluation/shelf-metrics.js'
import type { ShelfTask } from '../evaluation/shelf.js'
import type { Engine, TopK, TwoTowerModel } from '../two-tower/engine.js'
import { modelRecommender } from '../two-tower/recommender.js'
import { bytesOf } from '../util/typed.js'
import type { Setup } from './setup.js'

/**
 * Rankings of warm items by the digest of the model. Pairs move cold items alone (pairGradient
 * `items`), so that many models rank the warm ones alike: each ranking is made once.
 */
export interface Rankings {
  warm: Map<string, RankingReport>
  /** The best known items of the users of a task. */
  known: Map<string, TopK>
  /** Slope of later relevance by the scores of these, on the validation half. */
  slopes: Map<string, number>
  /** Tasks of the split, which no model changes. */
  tasks: Map<string, ShelfTask>
}

/** No rankings yet. */
export const noRankings = (): Rankings => ({
  warm: new Map(),
  known: new Map(),
  slopes: new Map(),
  tasks: new Map(),
})

/** Evaluates a model in its three rankings and on the shelf. */
export function coldStartReport(
  { split, config }: Pick<Setup, 'split' | 'config'>,
  engine: Engine,
  model: TwoTowerModel,
  half: Half,
  rankings: Rankings,
): ColdStartReport {
  const { ks, exposure } = config.evaluation
  const tasks = rankingTasks(split, half)
  const recommender = modelRecommender(engine, model)
  const warm = warmDigest(model, split.warmItems)
  const knownFor = (name: string, task: ShelfTask) =>
    once(rankings.known, `${name} ${warm}`, () => knownOf(engine, model, task, ks))
  const taskOf = (name: string, make: () => ShelfTask) => once(rankings.tasks, name, make)
  const validation = taskOf('calibration', () => sampled(shelfTask(split, 'validation')))
  const task = taskOf(half, () => shelfTask(split, half))
  return {
    cold: evaluate(recommender, tasks.cold, ks),
    full: evaluate(recommender, tasks.full, ks),
    warm: once(rankings.warm, warm, () => evaluate(recommender, tasks.warm, ks)),
    shelf: evaluateShelf(engine, model, {
      validation,
      knownSlope: once(rankings.slopes, warm, () =>
        slopeOf(knownFor('calibration', validation), validation.later),
      ),
      task,
      known: knownFor(half, task),
      ks,
      exposure,
    }),
  }
}

/** SHA-256 (hex) of all that rankings of warm items depend on. */
function warmDigest({ users, items, dim }: TwoTowerModel, warmItems: Int32Array): string {
  const hash = createHash('sha256').update(bytesOf(users))
  for (const item of warmItems) hash.update(bytesOf(items.subarray(item * dim, (item + 1) * dim)))
  return hash.digest('hex')
}

function once<T>(made: Map<string, T>, key: string, make: () => T): T {
  const value = made.get(key) ?? make()
  made.set(key, value)
  return value
}
