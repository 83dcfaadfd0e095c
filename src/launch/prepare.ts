import { hasText } from '../dataset/content.js'
import type { Dataset } from '../dataset/dataset.js'
import { type LaunchData, launchSplit } from '../dataset/launch-split.js'
import { offsetOfExposure, shelfSize, shelvesOf } from '../evaluation/shelf.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { stepTimer } from '../experiment/steps.js'
import { Trial, type TrialOptions } from '../experiment/trial.js'
import { userFeatures } from '../features/features.js'
import type { SignalInput, SignalWeights } from '../two-tower/signals.js'
import { InputError } from '../util/errors.js'
import type { MakeProgress } from '../util/progress.js'
import {
  cautious,
  cautiousExposure,
  rehearsalCuts,
  rehearsalSteps,
  type Rehearsed,
  rehearseLaunch,
} from './rehearsals.js'

/** What the preparation of a launch depends on. */
export interface PrepareOptions extends TrialOptions {
  /** Places of each user's list. Default 10. */
  k?: number
  /** Share of new items in these places; absent = what paid on the rehearsal. */
  exposure?: number
  /** Quantiles of time at which rehearsals cut. */
  cuts?: readonly number[]
  /** Shows how far rehearsals and training are; they give the event loop no turn. */
  preparing?: MakeProgress
}

/** A launch before anybody is asked: rehearsed, and trained on everything. */
export interface PreparedLaunch extends Rehearsed {
  trial: Trial
  input: SignalInput
  /** Places new items at the exposure that is wanted. */
  weights: SignalWeights
  /** New items that users have already. */
  owned: LaunchData['owned']
  /** Share that is to be new of the first places; absent = what paid on the rehearsal. */
  wanted: number | undefined
  /** The first places, whose share of new items is held: those of a list, at most 50. */
  places: number
}

/** Everything that a launch does before it asks anybody. */
export function prepareLaunch(
  dataset: Dataset,
  config: ExperimentConfig,
  options: PrepareOptions = {},
): PreparedLaunch {
  checkLaunch(dataset)
  options.onNotice?.('rehearsing with known items in the place of new ones')
  const { rehearsal, trained } = rehearseAndTrain(dataset, config, options)
  const { trial, owned, input } = trained
  const { split } = trial.setup
  const wanted = options.exposure ?? (rehearsal.shelf ? undefined : cautiousExposure(split))
  const places = wanted === undefined ? shelfSize : Math.min(options.k ?? 10, shelfSize)
  const placed = rehearsal.shelf?.weights ?? cautious.weights
  const weights = weightsFor(input, placed, split.trainUsers, wanted, places)
  return { ...rehearsal, trial, input, weights, owned, wanted, places }
}

/** All that takes long, with a bar. */
function rehearseAndTrain(dataset: Dataset, config: ExperimentConfig, options: PrepareOptions) {
  const { cuts = rehearsalCuts, preparing, ...run } = options
  const kinds = { ...rehearsalSteps(cuts), training: { steps: 1, cost: 9 } }
  const bar = preparing?.('launch', 'steps', { kinds })
  const step = stepTimer((taken) => bar?.step(taken))
  try {
    const rehearsal = rehearseLaunch(dataset, config, { cuts, ...run }, step)
    const trained = trainOnAll(dataset, config, run)
    step('training')
    return { rehearsal, trained }
  } finally {
    bar?.stop()
  }
}

function trainOnAll(dataset: Dataset, config: ExperimentConfig, options: TrialOptions) {
  const { dataset: all, split, owned } = launchSplit(dataset)
  const features = userFeatures(all, split, config.features)
  const alone = { asked: config, others: [], given: [], notes: [] }
  const trial = new Trial({ config, dataset: all, split, features, ...alone }, options)
  return { trial, owned, input: trial.signals() }
}

function checkLaunch({ newItems, items, name }: Dataset): void {
  if (!newItems || newItems.ids.length === 0)
    throw new InputError(
      `${name} has no new items: give a catalogue with new items (--items), name new items (--new), ` +
        'or give the date since which items are new (--new-since)',
    )
  if (!items.some(hasText) && !newItems.items.some(hasText))
    throw new InputError(
      `no item has text: give a catalogue (--items) with a column title, categories, brand or ` +
        'description, or name such a column: --item-column title=name',
    )
  if (!items.some(hasText))
    throw new InputError(
      `no known item has text: do the ids of ${name} and of its catalogue (--items) match?` +
        (newItems.owned
          ? ''
          : ` ${newItems.ids.length} items of the catalogue match no interaction`),
    )
}

/** The weights, shifted to hold an exposure in the first places where one is wanted. */
export function weightsFor(
  input: SignalInput,
  weights: SignalWeights,
  users: Int32Array,
  exposure: number | undefined,
  places: number,
): SignalWeights {
  if (exposure === undefined) return weights
  const offset = offsetOfExposure(shelvesOf(input, weights, users), exposure, places)
  return { ...weights, intercept: weights.intercept + offset }
}
