import type { Dataset } from '../dataset/dataset.js'
import { type Split, splitDataset } from '../dataset/split.js'
import { type UserFeatures, userFeatures } from '../features/features.js'
import { InputError } from '../util/errors.js'
import { type ExperimentConfig, type ExperimentSettings, readConfig } from './config.js'
import { fitToData } from './fitted.js'
import { type Given, givenIn } from './given.js'

export type { Given } from './given.js'

/**
 * Configuration, data, split and features, which all trials of an experiment share: plain data, so
 * that it crosses to a worker thread.
 */
export interface Setup {
  /** The configuration, with its defaults. */
  config: ExperimentConfig
  /** The configuration before it was fitted to small data. */
  asked: ExperimentConfig
  /** The data. */
  dataset: Dataset
  /** The data, divided into train, validation and test. */
  split: Split
  /** Features of the candidates. */
  features: UserFeatures
  /** Setups of the further data sets, `config.others`. */
  others: Setup[]
  /** Settings that stay as they are on small data, because somebody has given them. */
  given: Given
  /** What was fitted to small data, in sentences. */
  notes: string[]
}

/**
 * Splits a data set and computes the features of its users. Defaults of `policy.budget`,
 * `policy.rewardK` and `evaluation.ks` that are too large for the data are made smaller.
 * @param settings - sections of the configuration; whatever is left out has its default
 * @param others - the data sets of `config.others`, in their order
 * @param given - settings that stay as they are. Default: those of the three that `settings` has
 * @throws ConfigError for a setting that is unknown or out of range; InputError when the split has
 * no cold items, or fewer users than a budget that was given
 * @example
 * const setup = setUp(await loadDataset(), { policy: { budget: 100 } })
 */
export function setUp(
  dataset: Dataset,
  settings: ExperimentSettings = {},
  others: Dataset[] = [],
  given: Given = givenIn(settings),
): Setup {
  const base = readConfig(settings)
  const split = splitDataset(dataset, base.split)
  if (split.coldItems.all.length === 0)
    throw new InputError(
      `split.kind ${split.kind} has no cold items; temporal and random have some`,
    )
  const features = userFeatures(dataset, split, base.features)
  const users = features.users.length
  const { config, notes } = fitToData(base, given, split, users)
  const { budget } = config.policy
  if (budget > users)
    throw new InputError(
      `policy.budget = ${budget} users is more than the ${users} users with a train history; ` +
        `at most ${users}`,
    )
  const setups = others.map((other, k) =>
    setUp(other, { ...base, dataset: base.others[k], others: [] }, [], given),
  )
  return { config, asked: base, dataset, split, features, others: setups, given, notes }
}

/**
 * Refuses what cannot be measured before anything is trained.
 *
 * @throws InputError saying which settings to change
 */
export function checkMeasurable({ config, dataset, split }: Setup): void {
  const smallest = Math.min(split.coldItems.test.length, split.coldItems.validation.length)
  const largest = Math.max(...config.evaluation.ks, config.policy.rewardK)
  if (largest > smallest)
    throw new InputError(
      `K = ${largest} is larger than the ${smallest} new items of a half; leave evaluation.ks and ` +
        `policy.rewardK out, or give cut-offs up to ${smallest}`,
    )
  if (split.relevant.validation.users.length === 0 || split.relevant.test.users.length === 0)
    throw new InputError(
      `${dataset.name}: no user with a train history has a later cold item; use another split.quantile`,
    )
}
