import type { PreferencePair } from '../augmentation/augmenter.js'
import { popularityOf } from '../evaluation/baselines.js'
import { contentVectors } from '../two-tower/content-vectors.js'
import type { Engine, Pairs, TrainingData, TwoTowerModel } from '../two-tower/engine.js'
import { pairArrays } from '../two-tower/pairs.js'
import { logQ, planFit, planTraining } from '../two-tower/plan.js'
import type { Recommender } from '../two-tower/recommender.js'
import { towers } from '../two-tower/towers/index.js'
import type { SignalInput } from '../two-tower/signals.js'
import { signalsFrom } from '../two-tower/towers/content.js'
import type { TowerInput } from '../two-tower/towers/tower.js'
import { withoutPairSettings } from './keys.js'
import type { Setup } from './setup.js'

/**
 * Trains the models of one configuration and one seed. Trainings differ by their number t, which
 * draws start and order.
 */
export abstract class Trainer {
  readonly #data: TrainingData
  readonly #popularity: Int32Array
  #content: TowerInput['content'] | undefined
  #lastFit: { t: number; numPairs: number; order: Int32Array } | undefined

  constructor(
    /** Configuration, data, split and features. */
    readonly setup: Setup,
    /** Trains and ranks. */
    readonly engine: Engine,
    /** Seed of the trial. */
    readonly seed: number,
    /** Models by all that they depend on; trials of one seed with other settings share it. */
    private readonly models: Map<string, TwoTowerModel>,
  ) {
    const { dataset, split } = setup
    const numItems = dataset.itemIds.length
    const { item, start } = split.train
    this.#data = { user: usersOf(start), item, logQ: logQ(item, numItems) }
    this.#popularity = popularityOf(split.train, numItems)
  }

  /** Mean cold recall on the validation half, which the towers' own choices look at. */
  abstract validationRecall(model: TwoTowerModel | Recommender): number

  /**
   * Trains ID towers on the interactions and the pairs.
   * @param t - number of the training, which draws start and order. Default 0
   * @param epochs - default: `model.epochs`
   * @param start - initial embeddings. Default: drawn
   */
  train(
    pairs: readonly PreferencePair[],
    t = 0,
    epochs = this.setup.config.model.epochs,
    start?: TwoTowerModel,
  ): TwoTowerModel {
    const config = { ...this.setup.config.model, epochs }
    const arrays = pairArrays(pairs, config.pairMargins)
    const plan = planTraining(this.#data, arrays, this.#shape, config, this.#trainingSeed(t))
    const from = start ? { ...plan, init: start } : plan
    return this.engine.train(this.#data, arrays, from, config).model
  }

  /** The model of the interactions alone, without pairs; trained once for each t. */
  warmModel(t = 0): TwoTowerModel {
    return this.#keep(`warm ${t}`, () => this.train([], t))
  }

  /**
   * The model of all interactions, those after the cut included: the truth of simulated judges, and
   * of nothing else.
   */
  trainOnEverything(t = 0): TwoTowerModel {
    const { dataset, config } = this.setup
    return this.#keep(`everything ${t}`, () => {
      const { user, item } = dataset.interactions
      const data = { user, item, logQ: logQ(item, dataset.itemIds.length) }
      const none = pairArrays([])
      const plan = planTraining(data, none, this.#shape, config.model, this.#trainingSeed(t))
      return this.engine.train(data, none, plan, config.model).model
    })
  }

  /**
   * Proxy training, the cheapest reward: cold items fitted to the pairs on the frozen warm model.
   */
  fitColdItems(pairs: readonly PreferencePair[], t = 0): TwoTowerModel {
    const { config, split } = this.setup
    const arrays = pairArrays(pairs, config.model.pairMargins)
    const order = this.#fitOrder(arrays, t)
    return this.engine.fitItems(this.warmModel(t), split.coldItems.all, arrays, order, config.model)
  }

  /** Order of the pairs; kept, because a policy that learns fits as many pairs again and again. */
  #fitOrder(pairs: Pairs, t: number): Int32Array {
    const last = this.#lastFit
    if (last && last.t === t && last.numPairs === pairs.user.length) return last.order
    const order = planFit(pairs, this.setup.config.model, this.#trainingSeed(t))
    this.#lastFit = { t, numPairs: pairs.user.length, order }
    return order
  }

  /**
   * Fits an item tower to the interactions and the pairs.
   *
   * @param tower - a name of `towers`
   * @throws ConfigError for an unknown name
   */
  fit(
    tower: 'id' | 'content-map' | 'bag',
    pairs?: readonly PreferencePair[],
    t?: number,
  ): TwoTowerModel
  fit(tower: string, pairs?: readonly PreferencePair[], t?: number): TwoTowerModel | Recommender
  fit(tower: string, pairs: readonly PreferencePair[] = [], t = 0) {
    return towers.get(tower).fit(this.#towerInput(t), pairs)
  }

  /** What speaks for showing a cold item to a user. */
  signals(t = 0): SignalInput {
    return signalsFrom(this.#towerInput(t))
  }

  #towerInput(t: number): TowerInput {
    const { config, dataset, split } = this.setup
    this.#content ??= cached(() => contentVectors(dataset.items, config.contentMap.rank))
    return {
      engine: this.engine,
      config,
      items: dataset.items,
      train: split.train,
      data: this.#data,
      numUsers: dataset.userIds.length,
      popularity: this.#popularity,
      warmItems: split.warmItems,
      coldItems: split.coldItems.all,
      seed: this.#trainingSeed(t),
      warmModel: () => this.warmModel(t),
      content: this.#content,
      once: (name, make) => this.#keep(`${name} ${t}`, make),
      validationRecall: (model) => this.validationRecall(model),
    }
  }

  /** Each model is made once for all settings that it depends on. */
  #keep(name: string, make: () => TwoTowerModel): TwoTowerModel {
    const { model, contentMap, bag } = this.setup.config
    const key = JSON.stringify([name, withoutPairSettings(model), contentMap, bag])
    const kept = this.models.get(key) ?? make()
    this.models.set(key, kept)
    return kept
  }

  get #shape() {
    const { userIds, itemIds } = this.setup.dataset
    return { numUsers: userIds.length, numItems: itemIds.length }
  }

  #trainingSeed(t: number): number {
    return this.seed * 1000 + t
  }
}

function cached<T>(make: () => T): () => T {
  let value: T | undefined
  return () => (value ??= make())
}

/** The user of each train interaction [numInteractions]. */
function usersOf(start: Int32Array): Int32Array {
  const user = new Int32Array(start.at(-1) ?? 0)
  for (let u = 0; u + 1 < start.length; u++) user.fill(u, start[u], start[u + 1])
  return user
}
