import { createHash } from 'node:crypto'
import type { Dataset } from '../dataset/dataset.js'
import { hasText } from '../dataset/content.js'
import { launchSplit } from '../dataset/launch-split.js'
import type { Split } from '../dataset/split.js'
import { counted } from '../dataset/wording.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { Trial, type TrialOptions } from '../experiment/trial.js'
import { rehearsed, type ShelfExpectation } from './expectation.js'
import { userFeatures } from '../features/features.js'
import { exposureAt, offsetOfExposure, shelfSize, shelvesOf } from '../evaluation/shelf.js'
import { foldedModel, type SignalInput, type SignalWeights } from '../two-tower/signals.js'
import type { TopK, TwoTowerModel } from '../two-tower/engine.js'
import { InputError } from '../util/errors.js'
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
import { cautious, cautiousExposure, rehearsalCuts, rehearseLaunch } from './rehearsals.js'

/** What a launch is to be like. */
export interface LaunchOptions extends TrialOptions {
  /** Places of each user's list. Default 10. */
  k?: number
  /** Users listed for each new item. Default 100. */
  perItem?: number
  /** Share of new items among the first 50 places; absent = what paid on the rehearsal. */
  exposure?: number
  /** Largest share of the users in whose lists one new item may stand. Default 1: any. */
  cap?: number
  exclusions?: Exclusions
  /** Quantiles of time at which rehearsals cut. */
  cuts?: readonly number[]
  /** Called with what a person should know. */
  onNotice?: (line: string) => void
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
  notes: string[]
  engine: string
}

/**
 * Rehearses on what is known, trains on everything, places the new items and makes the lists.
 *
 * @throws InputError when there are no new items, or none of the known ones has text
 */
export function launch(
  dataset: Dataset,
  config: ExperimentConfig,
  options: LaunchOptions = {},
): Launch {
  const { k = 10, perItem = 100, cap = 1, exclusions = nothingExcluded, cuts, ...run } = options
  checkLaunch(dataset)
  const step = (line: string) => options.onNotice?.(line)
  step('rehearsing on items that are known, pretended new')
  const { shelf, rehearsals, notes } = rehearseLaunch(dataset, config, {
    ...run,
    cuts: cuts ?? rehearsalCuts,
  })
  step('training on all interactions')
  const { dataset: all, split, owned } = launchSplit(dataset)
  const features = userFeatures(all, split, config.features)
  const trial = new Trial({ config, dataset: all, split, features, others: [] }, run)
  const input = trial.signals()
  const wanted = options.exposure ?? (shelf ? undefined : cautiousExposure)
  const placed = shelf?.weights ?? cautious.weights
  const weights = weightsFor(input, placed, split.trainUsers, wanted)
  step('making the lists')
  const model = foldedModel(input, weights)
  const lists = {
    engine: trial.engine,
    model,
    train: split.train,
    exclusions: excludingToo(exclusions, owned),
  }
  const users = split.trainUsers
  const isNew = new Set(split.coldItems.all)
  const most = Math.max(1, Math.floor(cap * users.length))
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
    input,
    shelf: shown,
    fresh: bestOf(lists, users, split.coldItems.all, k),
    audience: audiences(lists, split.coldItems.all, users, perItem),
    spread: spreadOf(shown, users.length, isNew),
    exposure: exposureAt(shelvesOf(input, weights, users), shelfSize),
    ...(shelf ? { expected: rehearsed(rehearsals, shelf, k) } : {}),
    notes: [
      ...notes,
      ...textNotes(all, split, shelf !== undefined),
      ...exposureNotes(split, wanted),
    ],
    engine: trial.engine.name,
  }
}

function checkLaunch({ newItems, items, name }: Dataset): void {
  if (!newItems || newItems.ids.length === 0)
    throw new InputError(
      `${name} has no new items: give a catalogue that has some (--items), name some (--new), ` +
        'or say since when an item is new (--new-since)',
    )
  if (!items.some(hasText))
    throw new InputError(
      `no known item has text: do the ids of ${name} and of its catalogue (--items) match?` +
        (newItems.owned
          ? ''
          : ` ${newItems.ids.length} items of the catalogue match no interaction`),
    )
}

/** The weights, shifted to hold an exposure where one is wanted. */
function weightsFor(
  input: SignalInput,
  weights: SignalWeights,
  users: Int32Array,
  exposure: number | undefined,
): SignalWeights {
  if (exposure === undefined) return weights
  const offset = offsetOfExposure(shelvesOf(input, weights, users), exposure)
  return { ...weights, intercept: weights.intercept + offset }
}

function textNotes(
  { items }: Dataset,
  { warmItems, coldItems }: Split,
  isRehearsed: boolean,
): string[] {
  const silent = (which: Int32Array) => which.filter((item) => !hasText(items[item])).length
  const newItems = coldItems.all
  const without = silent(newItems)
  if (without === 0) return []
  const isWorse = without / newItems.length > silent(warmItems) / warmItems.length
  return [
    `${without} of ${newItems.length} new items have no text: placed by what new items are on average` +
      (isRehearsed && isWorse
        ? '; items of the rehearsals had more text, so expect less than they gave'
        : ''),
  ]
}

/** Says when the new items are too few for the share that they should take. */
function exposureNotes({ warmItems, coldItems }: Split, wanted = 0): string[] {
  const count = coldItems.all.length
  const places = Math.min(shelfSize, count + warmItems.length)
  if (count / places >= wanted) return []
  const percent = (share: number) => `${(100 * share).toFixed(0)} %`
  return [
    `${counted(count, 'new item')} can take at most ${percent(count / places)} of ` +
      `the first ${places} places, not ${percent(wanted)}: placed as high as possible for all users`,
  ]
}

/** The item's title, or its id where it has none. */
export function titleOf({ dataset }: Launch, item: number): string {
  return dataset.items[item].title ?? dataset.itemIds[item]
}

/** SHA-256 of what a launch is of, for its folder. */
export function launchFingerprint({ dataset, config, knownItems }: Launch): string {
  const chosen = config.dataset.newItems ? [dataset.itemIds.slice(knownItems.length)] : []
  const content = JSON.stringify([dataset.fingerprint, dataset.itemIds.length, config, ...chosen])
  return createHash('sha256').update(content).digest('hex')
}
