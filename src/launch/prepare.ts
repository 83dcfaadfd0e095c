import { hasText } from '../dataset/content.js'
import type { Dataset } from '../dataset/dataset.js'
import { type LaunchData, launchSplit } from '../dataset/launch-split.js'
import { offsetOfExposure, shelvesOf } from '../evaluation/shelf.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { Trial, type TrialOptions } from '../experiment/trial.js'
import { userFeatures } from '../features/features.js'
import type { SignalInput, SignalWeights } from '../two-tower/signals.js'
import { InputError } from '../util/errors.js'
import {
  cautious,
  cautiousExposure,
  rehearsalCuts,
  type Rehearsed,
  rehearseLaunch,
} from './rehearsals.js'

/** What the preparation of a launch depends on. */
export interface PrepareOptions extends TrialOptions {
  /** Share of new items among the first 50 places; absent = what paid on the rehearsal. */
  exposure?: number
  /** Quantiles of time at which rehearsals cut. */
  cuts?: readonly number[]
}

/** A launch before anybody is asked: rehearsed, and trained on everything. */
export interface PreparedLaunch extends Rehearsed {
  trial: Trial
  input: SignalInput
  /** Places new items at the exposure that is wanted. */
  weights: SignalWeights
  /** New items that users have already. */
  owned: LaunchData['owned']
  /** Share of the first 50 places that is to be new; absent = what paid on the rehearsal. */
  wanted: number | undefined
}

/** Everything that a launch does before it asks anybody. */
export function prepareLaunch(
  dataset: Dataset,
  config: ExperimentConfig,
  options: PrepareOptions = {},
): PreparedLaunch {
  checkLaunch(dataset)
  options.onNotice?.('rehearsing on items that are known, pretended new')
  const rehearsal = rehearseLaunch(dataset, config, { cuts: rehearsalCuts, ...options })
  options.onNotice?.('training on all interactions')
  const { dataset: all, split, owned } = launchSplit(dataset)
  const features = userFeatures(all, split, config.features)
  const trial = new Trial({ config, dataset: all, split, features, others: [] }, options)
  const input = trial.signals()
  const wanted = options.exposure ?? (rehearsal.shelf ? undefined : cautiousExposure)
  const placed = rehearsal.shelf?.weights ?? cautious.weights
  const weights = weightsFor(input, placed, split.trainUsers, wanted)
  return { ...rehearsal, trial, input, weights, owned, wanted }
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
export function weightsFor(
  input: SignalInput,
  weights: SignalWeights,
  users: Int32Array,
  exposure: number | undefined,
): SignalWeights {
  if (exposure === undefined) return weights
  const offset = offsetOfExposure(shelvesOf(input, weights, users), exposure)
  return { ...weights, intercept: weights.intercept + offset }
}
