import { createHash } from 'node:crypto'
import { Augmenter, type PreferencePair } from '../augmentation/augmenter.js'
import type { Dataset } from '../dataset/dataset.js'
import type { Split } from '../dataset/split.js'
import { popularityOf } from '../evaluation/baselines.js'
import { evaluate, type RankingReport, type RankingTask, type Recommender, modelRecommender } from '../evaluation/evaluate.js'
import type { UserFeatures } from '../features/features.js'
import { chatModel, type ChatOptions, inFlightOf } from '../llm/model.js'
import { type ContentVectors, contentVectors, mapColdItems } from '../two-tower/content-map.js'
import type { Engine, Pairs, TrainingData, TwoTowerModel } from '../two-tower/engine.js'
import { itemBags } from '../two-tower/bags.js'
import type { TwoTowerConfig } from '../two-tower/config.js'
import { logQ, planFit, planTraining } from '../two-tower/plan.js'
import { concat } from '../util/typed.js'
import type { ExperimentConfig } from './config.js'
import { type Memo, noMemo } from './memo.js'

/** What every seed of an experiment shares. */
export interface Materials {
  config: ExperimentConfig
  dataset: Dataset
  split: Split
  features: UserFeatures
  /** The same of config.others. */
  others: Materials[]
}

export type Half = 'validation' | 'test'

/** The three rankings of a finished model. */
export interface ColdStartReport {
  cold: RankingReport
  full: RankingReport
  warm: RankingReport
}

/** Run-time things of a lab; none can change a result. */
export interface LabOptions extends ChatOptions {
  signal?: AbortSignal
  memo?: Memo
}

/** What labs of one procedure with different settings can share. */
interface Shared {
  warmReports: Map<string, RankingReport>
}

/**
 * The workshop of one procedure (one seed): trains, augments and evaluates. The seed draws the questions; trainings of
 * the same procedure are told apart by their number t, which draws start and order. Warm models are made once.
 */
export class Lab {
  readonly augmenter: Augmenter
  /** Asked in order to learn; the same as `augmenter`, or the offline reader (policy.judge). */
  readonly learningAugmenter: Augmenter
  readonly memo: Memo
  readonly #data: TrainingData
  readonly #popularity: Int32Array
  readonly #warm = new Map<number, TwoTowerModel>()
  readonly #bag = new Map<number, TwoTowerModel>()
  readonly #shared: Shared
  #content: ContentVectors | undefined
  #lastFit: { t: number; numPairs: number; order: Int32Array } | undefined

  constructor(
    readonly materials: Materials,
    readonly engine: Engine,
    readonly seed: number,
    readonly options: LabOptions = {},
    shared: Shared = { warmReports: new Map() },
  ) {
    this.#shared = shared
    const { config, dataset, split } = materials
    const numItems = dataset.itemIds.length
    const ask = (llm: ExperimentConfig['llm']) =>
      new Augmenter(dataset, split, chatModel(llm, options), config.augmentation, { seed, concurrency: inFlightOf(llm), signal: options.signal })
    this.augmenter = ask(config.llm)
    this.learningAugmenter = config.policy.judge === 'same' ? this.augmenter : ask({ ...config.llm, url: undefined, model: undefined })
    this.memo = options.memo ?? noMemo
    this.#data = { user: usersOf(split), item: split.train.item, logQ: logQ(split.train.item, numItems) }
    this.#popularity = popularityOf(split.train, numItems)
  }

  /** The same procedure with other settings; data, split and features stay. */
  with(settings: { [Section in 'llm' | 'augmentation' | 'model' | 'contentMap' | 'policy']?: Partial<ExperimentConfig[Section]> }): Lab {
    const { config } = this.materials
    const merged = Object.entries(settings).map(([section, own]) => [section, { ...config[section as 'policy'], ...own }])
    return new Lab({ ...this.materials, config: { ...config, ...Object.fromEntries(merged) } }, this.engine, this.seed, this.options, this.#shared)
  }

  /** A full training on the interactions and the pairs. */
  train(pairs: PreferencePair[], t = 0, epochs = this.materials.config.model.epochs, start?: TwoTowerModel): TwoTowerModel {
    const { dataset } = this.materials
    const config = { ...this.materials.config.model, epochs }
    const shape = { numUsers: dataset.userIds.length, numItems: dataset.itemIds.length }
    const arrays = pairArrays(pairs, config.pairMargins)
    const plan = planTraining(this.#data, arrays, shape, config, this.#trainingSeed(t))
    return this.engine.train(this.#data, arrays, start ? { ...plan, init: start } : plan, config).model
  }

  /** The model of the interactions alone, trained once for each t. */
  warmModel(t = 0): TwoTowerModel {
    const model = this.#warm.get(t) ?? this.train([], t)
    this.#warm.set(t, model)
    return model
  }

  /** The model of all interactions, those after the cut included: the truth of simulated judges, and of nothing else. */
  trainOnEverything(t = 0): TwoTowerModel {
    const { dataset, config } = this.materials
    const { user, item } = dataset.interactions
    const data = { user, item, logQ: logQ(item, dataset.itemIds.length) }
    const none = pairArrays([])
    const shape = { numUsers: dataset.userIds.length, numItems: dataset.itemIds.length }
    return this.engine.train(data, none, planTraining(data, none, shape, config.model, this.#trainingSeed(t)), config.model).model
  }

  /** Proxy training: the frozen warm model with its cold items fitted to the pairs. */
  fitColdItems(pairs: PreferencePair[], t = 0): TwoTowerModel {
    const { config, split } = this.materials
    const arrays = pairArrays(pairs, config.model.pairMargins)
    const order = this.#fitOrder(arrays, t)
    return this.engine.fitItems(this.warmModel(t), split.coldItems.all, arrays, order, config.model)
  }

  /** Selections of a policy that learns mostly have equally many pairs: their order is drawn once. */
  #fitOrder(pairs: Pairs, t: number): Int32Array {
    const last = this.#lastFit
    if (last && last.t === t && last.numPairs === pairs.user.length) return last.order
    const order = planFit(pairs, this.materials.config.model, this.#trainingSeed(t))
    this.#lastFit = { t, numPairs: pairs.user.length, order }
    return order
  }

  /** The warm model with its cold items put where their text says. */
  mapContent(t = 0): TwoTowerModel {
    const { config, split } = this.materials
    return mapColdItems(this.warmModel(t), this.content(), this.#popularity, split.coldItems.all, config.contentMap.ridge)
  }

  /** Item tower `bag`: trained on the interactions alone; a cold item is the sum of its tokens. */
  bagModel(t = 0): TwoTowerModel {
    const { dataset, config } = this.materials
    const model = this.#bag.get(t) ?? this.#trainBags(itemBags(dataset.items), { ...config.model, ...config.bag }, t)
    this.#bag.set(t, model)
    return model
  }

  #trainBags({ bags, numTokens }: ReturnType<typeof itemBags>, config: TwoTowerConfig, t: number): TwoTowerModel {
    const data = { ...this.#data, bags }
    const none = pairArrays([])
    const shape = { numUsers: this.materials.dataset.userIds.length, numItems: numTokens }
    return this.engine.train(data, none, planTraining(data, none, shape, config, this.#trainingSeed(t)), config).model
  }

  content(): ContentVectors {
    return (this.#content ??= contentVectors(this.materials.dataset.items, this.materials.config.contentMap.rank))
  }

  recommender(model: TwoTowerModel | Recommender): Recommender {
    return 'score' in model ? model : modelRecommender(this.engine, model)
  }

  /** All three rankings of a model; of any other recommender the cold-only one. */
  evaluate(model: TwoTowerModel, half: Half): ColdStartReport
  evaluate(model: TwoTowerModel | Recommender, half: Half): Pick<ColdStartReport, 'cold'> & Partial<ColdStartReport>
  evaluate(model: TwoTowerModel | Recommender, half: Half): Pick<ColdStartReport, 'cold'> & Partial<ColdStartReport> {
    const { ks } = this.materials.config.evaluation
    const tasks = rankingTasks(this.materials.split, half)
    if ('score' in model) return { cold: evaluate(model, tasks.cold, ks) }
    const recommender = this.recommender(model)
    return {
      cold: evaluate(recommender, tasks.cold, ks),
      full: evaluate(recommender, tasks.full, ks),
      warm: this.#evaluateWarm(model, tasks.warm, ks),
    }
  }

  /** Pairs move cold items alone (pairGradient `items`), so that many models rank the warm ones alike: each ranking is made once. */
  #evaluateWarm(model: TwoTowerModel, task: RankingTask, ks: number[]): RankingReport {
    const { warmItems } = this.materials.split
    const hash = createHash('sha256').update(bytes(model.users))
    for (const item of warmItems) hash.update(bytes(model.items.subarray(item * model.dim, (item + 1) * model.dim)))
    const digest = hash.digest('hex')
    const report = this.#shared.warmReports.get(digest) ?? evaluate(this.recommender(model), task, ks)
    this.#shared.warmReports.set(digest, report)
    return report
  }

  #trainingSeed(t: number): number {
    return this.seed * 1000 + t
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

function bytes(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}

function usersOf({ train }: Split): Int32Array {
  const user = new Int32Array(train.item.length)
  for (let u = 0; u + 1 < train.start.length; u++) user.fill(u, train.start[u], train.start[u + 1])
  return user
}

/** @param margins - weights tanh(margin / 2) = 2 P(preferred) - 1, scaled to mean 1; a pair without a margin counts as sure. A pair's own weight multiplies. */
export function pairArrays(pairs: PreferencePair[], margins = false): Pairs {
  const [user, chosen, rejected] = Array.from({ length: 3 }, () => new Int32Array(pairs.length))
  for (const [k, pair] of pairs.entries()) {
    user[k] = pair.user
    chosen[k] = pair.preferred
    rejected[k] = pair.other
  }
  const arrays = { user, chosen, rejected }
  if (pairs.length === 0 || !(margins || pairs.some(({ weight }) => weight !== undefined))) return arrays
  const sureness = (margin: number) => (1 - Math.exp(-margin)) / (1 + Math.exp(-margin))
  const weight = Float32Array.from(pairs, ({ margin = Infinity, weight = 1 }) => weight * (margins ? sureness(margin) : 1))
  const mean = weight.reduce((sum, w) => sum + w, 0) / weight.length
  return { ...arrays, weight: mean > 0 ? weight.map((w) => w / mean) : weight.fill(1) }
}
