import { type Augmentation, Augmenter } from '../augmentation/augmenter.js'
import { evaluate, recallPerUser } from '../evaluation/evaluate.js'
import { type ColdStartReport, type Half, rankingTasks } from '../evaluation/ranking-tasks.js'
import type { ChatModel } from '../llm/chat-model.js'
import { offlineReader } from '../llm/backends/offline-reader.js'
import { chatModel, type ChatOptions, inFlightOf } from '../llm/model.js'
import { newBill } from '../llm/spending.js'
import type { Engine, TwoTowerModel } from '../two-tower/engine.js'
import { wasmEngine } from '../two-tower/engines/wasm.js'
import { isRecommender, modelRecommender, type Recommender } from '../two-tower/recommender.js'
import type { LearningProgress } from '../policy/learned-policy.js'
import { average } from '../util/statistics.js'
import type { StepTaken } from '../util/time-left.js'
import { coldStartReport, noRankings, type Rankings } from './cold-start-report.js'
import type { ExperimentConfig, Overrides } from './config.js'
import { type Memo, memoryMemo } from './memo.js'
import type { Setup } from './setup.js'
import { StepCounter } from './steps.js'
import { Trainer } from './trainer.js'

/** Options of a trial: its seed, who answers, what trains, and where finished work is kept. */
export interface TrialOptions extends ChatOptions {
  /** Draws the questions, what is learned, and the start and order of trainings. Default 0. */
  seed?: number
  /** What trains and ranks. Default: the `wasm` engine. */
  engine?: Engine
  /** Chat model that plays the users. Default: the configured one. */
  judge?: ChatModel
  /** Keeps finished trainings and policies. Default: in memory, as long as the trial. */
  memo?: Memo
  /** Called after each training, with its kind and the time it took. */
  onStep?: (taken: StepTaken) => void
  /** Called after each iteration of learning a policy. */
  onIteration?: (progress: LearningProgress) => void
  /** Stops the asking. */
  signal?: AbortSignal
}

/** Models, reports, variants and steps that trials of one seed with different settings share. */
interface Shared {
  models: Map<string, TwoTowerModel>
  rankings: Rankings
  variants: Map<string, Trial>
  steps: StepCounter
}

const nothingShared = (onStep?: TrialOptions['onStep']): Shared => ({
  models: new Map(),
  rankings: noRankings(),
  variants: new Map(),
  steps: new StepCounter(onStep),
})

/**
 * One configuration with one seed: asks, trains and evaluates. The seed draws the questions;
 * trainings of a trial differ by their number t, which draws start and order.
 * @example
 * const trial = new Trial(setUp(await loadDataset()), { seed: 1 })
 * const { users } = await selectUsers(trial, 'top:V')
 * const { pairs } = await trial.ask(users)
 * const { cold } = trial.evaluate(trial.train(pairs), 'test')
 * console.log(cold.mean['recall@50'])
 */
export class Trial extends Trainer {
  /** Keeps finished trainings and policies. */
  readonly memo: Memo
  #augmenter: Augmenter | undefined
  #judge: ChatModel | undefined
  #ownBill: string | undefined

  /**
   * Makes a trial; nothing is asked or trained yet.
   * @param setup - data, split, features and configuration
   */
  constructor(setup: Setup, options?: TrialOptions)
  /** @internal */
  constructor(setup: Setup, options: TrialOptions, shared: Shared)
  constructor(
    setup: Setup,
    /** Options that the trial was made with. */
    readonly options: TrialOptions = {},
    private readonly shared: Shared = nothingShared(options.onStep),
  ) {
    super(setup, options.engine ?? wasmEngine(), options.seed ?? 0, shared.models)
    this.memo = options.memo ?? memoryMemo()
  }

  /**
   * A trial of this seed under other settings. Data, split and features stay; models that do not
   * depend on these settings are shared.
   */
  with(settings: Overrides): Trial {
    const { config } = this.setup
    const sections = Object.entries(settings).map(([section, own]) => [
      section,
      { ...config[section as 'policy'], ...own },
    ])
    const merged = { ...config, ...(Object.fromEntries(sections) as Partial<ExperimentConfig>) }
    return this.#variant(JSON.stringify(merged), () => {
      return new Trial({ ...this.setup, config: merged }, this.#options(), this.shared)
    })
  }

  /**
   * A trial of this seed on other data.
   * @param setup - gives the data
   * @param name - tells the data apart; a trial of the same name is made once
   */
  on(setup: () => Setup, name?: string): Trial {
    const make = () =>
      new Trial(setup(), this.#options(), { ...nothingShared(), steps: this.shared.steps })
    return name === undefined ? make() : this.#variant(name, make)
  }

  #variant(name: string, make: () => Trial): Trial {
    const { variants } = this.shared
    const variant = variants.get(name) ?? make()
    variants.set(name, variant)
    return variant
  }

  /**
   * Counts the steps of a piece of work, once for each name.
   * @internal
   */
  get steps(): StepCounter {
    return this.shared.steps
  }

  #options(): TrialOptions {
    return { ...this.options, engine: this.engine, memo: this.memo, bill: this.#bill }
  }

  /** Limits hold for all variants together. */
  get #bill(): string {
    return this.options.bill ?? (this.#ownBill ??= newBill())
  }

  /** Chat model that plays the users. */
  get judge(): ChatModel {
    return (this.#judge ??= this.options.judge ?? chatModel(this.setup.config.llm, this.#options()))
  }

  /**
   * Puts questions to the judge. No user is asked about twice, however many selections it is in.
   */
  get augmenter(): Augmenter {
    const { dataset, split, config } = this.setup
    const { signal } = this.options
    const run = {
      seed: this.seed,
      concurrency: inFlightOf(config.llm, this.options.runtime),
      signal,
    }
    return (this.#augmenter ??= new Augmenter(dataset, split, this.judge, config.augmentation, run))
  }

  /**
   * Puts questions while a policy is learned: `augmenter`, or with `policy.judge` = `offline` that
   * of the offline reader.
   */
  get learningAugmenter(): Augmenter {
    const { judge } = this.setup.config.policy
    return judge === 'same' ? this.augmenter : this.withOfflineReader().augmenter
  }

  /** This trial with the offline reader as its judge, which is free. */
  withOfflineReader(): Trial {
    const offline = { backend: offlineReader.name, url: undefined, model: undefined }
    const { config } = this.setup
    const setup = { ...this.setup, config: { ...config, llm: { ...config.llm, ...offline } } }
    return this.#variant(`offline reader ${JSON.stringify(setup.config)}`, () => {
      const free = { judge: undefined, maxCalls: undefined, maxCost: undefined }
      return new Trial(setup, { ...this.#options(), ...free }, this.shared)
    })
  }

  /**
   * Puts the configured questions about these users to the judge.
   * @param users - user indices
   * @param onUser - called after each user who was asked about now
   * @throws ProviderError where the judge answers no more; InterruptedError when the signal fires
   */
  ask(users: Int32Array, onUser?: () => void): Promise<Augmentation> {
    return this.augmenter.augment(users, onUser)
  }

  /** A recommender that scores by a model, or the recommender itself. */
  recommender(model: TwoTowerModel | Recommender): Recommender {
    return isRecommender(model) ? model : modelRecommender(this.engine, model)
  }

  /** Cold recall on the validation half at K = `policy.rewardK`, mean over users. */
  validationRecall(model: TwoTowerModel | Recommender): number {
    return average(this.coldRecall(model, 'validation'))
  }

  /**
   * Cold recall of each user with a relevant item in that half [n].
   * @param k - cut-off. Default: `policy.rewardK`
   */
  coldRecall(
    model: TwoTowerModel | Recommender,
    half: Half,
    k = this.setup.config.policy.rewardK,
  ): Float64Array {
    const task = rankingTasks(this.setup.split, half).cold
    return recallPerUser(this.recommender(model), task, k)
  }

  /**
   * Evaluates a model in three rankings (cold items alone, the full catalogue, warm items) and on
   * the shelf. The warm ranking has no halves: it is the same for both. Of a recommender that is no
   * model, only `cold`.
   * @throws InputError when a cut-off of `evaluation.ks` is larger than the number of candidates
   */
  evaluate(model: TwoTowerModel, half: Half): ColdStartReport
  evaluate(
    model: TwoTowerModel | Recommender,
    half: Half,
  ): Pick<ColdStartReport, 'cold'> & Partial<ColdStartReport>
  evaluate(
    model: TwoTowerModel | Recommender,
    half: Half,
  ): Pick<ColdStartReport, 'cold'> & Partial<ColdStartReport> {
    if (!isRecommender(model))
      return coldStartReport(this.setup, this.engine, model, half, this.shared.rankings)
    const { split, config } = this.setup
    return { cold: evaluate(model, rankingTasks(split, half).cold, config.evaluation.ks) }
  }
}
