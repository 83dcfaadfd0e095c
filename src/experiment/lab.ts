import { Augmenter, type PreferencePair } from '../augmentation/augmenter.js'
import type { Dataset } from '../dataset/dataset.js'
import type { Split } from '../dataset/split.js'
import { popularityOf } from '../evaluation/baselines.js'
import { evaluate, type RankingReport, type RankingTask, type Recommender } from '../evaluation/evaluate.js'
import type { UserFeatures } from '../features/features.js'
import { chatModel } from '../llm/openai-chat.js'
import { type ContentVectors, contentVectors, mapColdItems } from '../two-tower/content-map.js'
import type { Engine, Pairs, TrainingData, TwoTowerModel } from '../two-tower/engine.js'
import { logQ, planFit, planTraining } from '../two-tower/plan.js'
import type { ExperimentConfig } from './config.js'

/** What every seed of an experiment shares. */
export interface Materials {
  config: ExperimentConfig
  dataset: Dataset
  split: Split
  features: UserFeatures
}

export type Half = 'validation' | 'test'

/** The three rankings of a finished model. */
export interface ColdStartReport {
  cold: RankingReport
  full: RankingReport
  warm: RankingReport
}

/** One seed's workshop: trains, augments and evaluates; the warm model and the answers are made once and reused. */
export class Lab {
  readonly augmenter: Augmenter
  readonly #data: TrainingData
  readonly #popularity: Int32Array
  #warm: TwoTowerModel | undefined
  #content: ContentVectors | undefined

  constructor(
    readonly materials: Materials,
    readonly engine: Engine,
    readonly seed: number,
    signal?: AbortSignal,
  ) {
    const { config, dataset, split } = materials
    const numItems = dataset.itemIds.length
    this.augmenter = new Augmenter(dataset, split, chatModel(config.llm), config.augmentation, {
      seed,
      concurrency: config.llm.concurrency,
      signal,
    })
    this.#data = { user: usersOf(split), item: split.train.item, logQ: logQ(split.train.item, numItems) }
    this.#popularity = popularityOf(split.train, numItems)
  }

  /** A full training on the interactions and the pairs. */
  train(pairs: PreferencePair[]): TwoTowerModel {
    const { config, dataset } = this.materials
    const shape = { numUsers: dataset.userIds.length, numItems: dataset.itemIds.length }
    const arrays = pairArrays(pairs)
    const plan = planTraining(this.#data, arrays, shape, config.model, this.seed)
    return this.engine.train(this.#data, arrays, plan, config.model).model
  }

  /** The model of the interactions alone, trained once a seed. */
  warmModel(): TwoTowerModel {
    return (this.#warm ??= this.train([]))
  }

  /** Proxy training: the frozen warm model with its cold items fitted to the pairs. */
  fitColdItems(pairs: PreferencePair[]): TwoTowerModel {
    const { config, split } = this.materials
    const arrays = pairArrays(pairs)
    return this.engine.fitItems(this.warmModel(), split.coldItems.all, arrays, planFit(arrays, config.model, this.seed), config.model)
  }

  /** The warm model with its cold items put where their text says. */
  mapContent(): TwoTowerModel {
    const { config, dataset, split } = this.materials
    this.#content ??= contentVectors(dataset.items, config.contentMap.rank)
    return mapColdItems(this.warmModel(), this.#content, this.#popularity, split.coldItems.all, config.contentMap.ridge)
  }

  recommender(model: TwoTowerModel): Recommender {
    return { score: (users, items, out) => this.engine.score(model, users, items, out) }
  }

  evaluate(model: TwoTowerModel, half: Half): ColdStartReport {
    const recommender = this.recommender(model)
    const { ks } = this.materials.config.evaluation
    const tasks = rankingTasks(this.materials.split, half)
    return {
      cold: evaluate(recommender, tasks.cold, ks),
      full: evaluate(recommender, tasks.full, ks),
      warm: evaluate(recommender, tasks.warm, ks),
    }
  }
}

/** Cold-only candidates; the full catalogue (warm items and this half's cold ones, histories masked); warm held-out. */
export function rankingTasks({ coldItems, warmItems, relevant, train }: Split, half: Half): Record<keyof ColdStartReport, RankingTask> {
  return {
    cold: { relevant: relevant[half], candidates: coldItems[half] },
    full: { relevant: relevant[half], candidates: concat(warmItems, coldItems[half]), mask: train },
    warm: { relevant: relevant.warm, candidates: warmItems, mask: train },
  }
}

function concat(a: Int32Array, b: Int32Array): Int32Array {
  const both = new Int32Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}

function usersOf({ train }: Split): Int32Array {
  const user = new Int32Array(train.item.length)
  for (let u = 0; u + 1 < train.start.length; u++) user.fill(u, train.start[u], train.start[u + 1])
  return user
}

export function pairArrays(pairs: PreferencePair[]): Pairs {
  return {
    user: Int32Array.from(pairs, (pair) => pair.user),
    chosen: Int32Array.from(pairs, (pair) => pair.preferred),
    rejected: Int32Array.from(pairs, (pair) => pair.other),
  }
}
