import type { Dataset } from '../dataset/dataset.js'
import type { LaunchData } from '../dataset/launch-split.js'
import { counted } from '../dataset/wording.js'
import { exposureAt, shelfSize, shelvesOf } from '../evaluation/shelf.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { withWorth } from '../shelf/worth.js'
import { chatBackend } from '../llm/backends/index.js'
import { estimateLine } from '../llm/estimate.js'
import type { TopK, TwoTowerModel } from '../two-tower/engine.js'
import { foldedModel, type SignalInput, type SignalWeights } from '../two-tower/signals.js'
import { InputError } from '../util/errors.js'
import type { MakeProgress } from '../util/progress.js'
import { type AskedAnswers, askAboutNewItems } from './ask.js'
import {
  type AskingDecision,
  type AskingOptions,
  type AskingPlan,
  decideToAsk,
  planAsking,
} from './asking.js'
import { type Bill, billOf, totalOf } from './bill.js'
import { rehearsed, type ShelfExpectation } from './expectation.js'
import {
  audiences,
  bestOf,
  capped,
  excludingToo,
  type Exclusions,
  nothingExcluded,
  type Spread,
  spreadOf,
} from './lists.js'
import { exposureNotes, textNotes } from './notes.js'
import { prepareLaunch, type PreparedLaunch, type PrepareOptions, weightsFor } from './prepare.js'
import { sha256 } from '../util/sha256.js'

/** What a launch is to be like. */
export interface LaunchOptions extends PrepareOptions {
  /** Users listed for each new item. Default 100. */
  perItem?: number
  /** Largest share of the users in whose lists one new item may stand. Default 1: any. */
  cap?: number
  exclusions?: Exclusions
  /** Whether, and whom, to ask. Default: nobody. */
  asking?: AskingOptions
  /** Called with what a person should know. */
  onNotice?: (line: string) => void
  /** Shows how far the questions are. */
  progress?: MakeProgress
}

/** Whether anybody was asked, why, and what came of it. */
export interface LaunchAsking extends AskingDecision, Partial<AskedAnswers> {
  /**
   * What audit and questions cost where no answer is stored yet; absent where nothing was planned:
   * a judge that is free failed its audit.
   */
  bill?: Bill
}

/** New items placed among the known ones, and who is to be shown what. */
export interface Launch {
  /** With the new items after the known ones. */
  dataset: Dataset
  config: ExperimentConfig
  knownItems: Int32Array
  newItems: Int32Array
  /** Users with a history: all of them get a list. */
  users: Int32Array
  k: number
  perItem: number
  /** Weights of a new item's signals, in units of a known item's score. */
  weights: SignalWeights
  /** Folded vectors. */
  model: TwoTowerModel
  /** New items that users have already, by user: they are not shown them. */
  owned: LaunchData['owned']
  input: SignalInput
  /** The shelf of each user [users, k], the best new items [users, k], and users [new, perItem]. */
  shelf: TopK
  fresh: TopK
  audience: TopK
  spread: Spread
  /** Share of new items among the first 50 places. */
  exposure: number
  /** What the rehearsals say; absent where there was none. */
  expected?: ShelfExpectation
  /** Whether anybody was asked, and what the answers say; absent where nobody might be. */
  asking?: LaunchAsking
  notes: string[]
  engine: string
}

/**
 * Rehearses on what is known, trains on everything, asks where that pays, places the new items and
 * makes the lists.
 *
 * @throws InputError when there are no new items, or none of the known ones has text; ProviderError
 * where the judge answers no more
 */
export async function launch(
  dataset: Dataset,
  config: ExperimentConfig,
  options: LaunchOptions = {},
): Promise<Launch> {
  const { k = 10, perItem = 100, cap = 1, exclusions = nothingExcluded } = options
  const prepared = prepareLaunch(dataset, config, options)
  const { trial, shelf, rehearsals } = prepared
  const asked = await askIfItPays(prepared, k, options)
  const { input, weights } = withAnswers(prepared, asked)
  options.onNotice?.('making the lists')
  const { dataset: all, split } = trial.setup
  const model = foldedModel(input, weights)
  const lists = {
    engine: trial.engine,
    model,
    train: split.train,
    exclusions: excludingToo(exclusions, prepared.owned),
    known: { items: split.warmItems.length, dim: input.model.dim },
  }
  const users = split.trainUsers
  const isNew = new Set(split.coldItems.all)
  const most = cap === 0 ? 0 : Math.max(1, Math.floor(cap * users.length))
  const everything = Int32Array.from([...split.warmItems, ...split.coldItems.all])
  const shown =
    cap < 1 ? capped(lists, users, everything, k, isNew, most) : bestOf(lists, users, everything, k)
  return {
    dataset: all,
    config,
    knownItems: split.warmItems,
    newItems: split.coldItems.all,
    users,
    k,
    perItem,
    weights,
    model,
    owned: prepared.owned,
    input,
    shelf: shown,
    fresh: bestOf(lists, users, split.coldItems.all, k),
    audience: audiences(lists, split.coldItems.all, users, perItem),
    spread: spreadOf(shown, users.length, isNew),
    exposure: exposureAt(shelvesOf(input, weights, users), shelfSize),
    ...(shelf ? { expected: rehearsed(rehearsals, shelf, k, split.coldItems.all.length) } : {}),
    ...(asked ? { asking: asked } : {}),
    notes: [
      ...prepared.notes,
      ...textNotes(all, split, shelf !== undefined),
      ...exposureNotes(split, prepared),
    ],
    engine: trial.engine.name,
  }
}

/** What was asked, and what came of it; undefined where nobody may be asked. */
async function askIfItPays(
  prepared: PreparedLaunch,
  k: number,
  { asking, onNotice, progress }: LaunchOptions,
): Promise<LaunchAsking | undefined> {
  const { shelf, rehearsals } = prepared
  if (!asking || asking.mode === 'never' || !shelf) return undefined
  const { judge, setup, options } = prepared.trial
  const mayCost = !chatBackend(setup.config.llm).free && !options.replay
  // The price is said before the first question, so that the plan is needed before the audit.
  const planned = mayCost ? await planAsking(rehearsals.at(-1)!, shelf, k, asking) : undefined
  if (planned) {
    const estimate = totalOf(await billOf(prepared, planned, asking, options.answers))
    onNotice?.(estimateLine(judge.name, estimate))
  }
  onNotice?.('auditing the judge on the rehearsal')
  const decision = await decideToAsk(rehearsals.at(-1)!, shelf, k, asking, progress, planned)
  onNotice?.(decision.verdict)
  const { plan } = decision
  if (!plan)
    return planned ? { ...decision, bill: await billOf(prepared, planned, asking) } : decision
  const bill = await billOf(prepared, plan, asking)
  if (!decision.ask) return { ...decision, bill }
  onNotice?.(`asking about ${counted(plan.users, 'user')}`)
  return { ...decision, bill, ...(await askAboutNewItems(prepared, shelf, plan, progress)) }
}

/** The signals with what the answers say, at the same exposure as without them. */
function withAnswers(
  { input, weights, trial, places }: PreparedLaunch,
  asked: LaunchAsking | undefined,
): Pick<PreparedLaunch, 'input' | 'weights'> {
  if (!asked?.worth) return { input, weights }
  const users = trial.setup.split.trainUsers
  const before = exposureAt(shelvesOf(input, weights, users), places)
  const valued = withWorth(input, asked.worth)
  return { input: valued, weights: weightsFor(valued, weights, users, before, places) }
}

/** The item's title, or its id where it has none. */
export function titleOf({ dataset }: Launch, item: number): string {
  return dataset.items[item].title ?? dataset.itemIds[item]
}

/** SHA-256 of what a launch is of, for its folder. */
export function launchFingerprint({ dataset, config, knownItems }: Launch): string {
  const chosen = config.dataset.newItems ? [dataset.itemIds.slice(knownItems.length)] : []
  const content = JSON.stringify([dataset.fingerprint, dataset.itemIds.length, config, ...chosen])
  return sha256(content)
}

/** What a launch would ask, what that costs, and what to expect of it. */
export interface LaunchEstimate {
  /** Name of the judge, and whether it is the offline reader. */
  judge: string
  offline: boolean
  newItems: number
  users: number
  plan: AskingPlan
  bill: Bill
}

/**
 * Does all of a launch that is free, and estimates the rest; asks nobody and writes nothing.
 *
 * @throws InputError where nobody would be asked: by `asking.mode`, or because nothing can be
 * rehearsed
 */
export async function estimateLaunch(
  dataset: Dataset,
  config: ExperimentConfig,
  { asking, ...options }: LaunchOptions & { asking: AskingOptions },
): Promise<LaunchEstimate> {
  if (asking.mode === 'never') throw new InputError('with --ask never, nothing would be asked')
  const prepared = prepareLaunch(dataset, config, options)
  const { shelf, rehearsals, trial, notes } = prepared
  if (!shelf) throw new InputError(`nothing would be asked: ${notes.join('; ')}`)
  const plan = await planAsking(rehearsals.at(-1)!, shelf, options.k ?? 10, asking)
  return {
    judge: trial.judge.name,
    offline: trial.judge.offline,
    newItems: trial.setup.split.coldItems.all.length,
    users: trial.setup.split.trainUsers.length,
    plan,
    bill: await billOf(prepared, plan, asking, options.answers),
  }
}
