import type { Dataset } from '../dataset/dataset.js'
import { type Split, splitDataset } from '../dataset/split.js'
import { type UserFeatures, userFeatures } from '../features/features.js'
import { InputError } from '../util/errors.js'
import { type ExperimentConfig, type ExperimentSettings, readConfig } from './config.js'

/**
 * Configuration, data, split and features, which all trials of an experiment share: plain data, so
 * that it crosses to a worker thread.
 */
export interface Setup {
  /** The configuration, with its defaults. */
  config: ExperimentConfig
  /** The data. */
  dataset: Dataset
  /** The data, divided into train, validation and test. */
  split: Split
  /** Features of the candidates. */
  features: UserFeatures
  /** Setups of the further data sets, `config.others`. */
  others: Setup[]
}

/**
 * Splits a data set and computes the features of its users.
 * @param settings - sections of the configuration; whatever is left out has its default
 * @param others - the data sets of `config.others`, in their order
 * @throws ConfigError for a setting that is unknown or out of range; InputError when the split has
 * no cold items, or fewer users than the budget
 * @example
 * const setup = setUp(await loadDataset(), { policy: { budget: 100 } })
 */
export function setUp(
  dataset: Dataset,
  settings: ExperimentSettings = {},
  others: Dataset[] = [],
): Setup {
  const config = readConfig(settings)
  const split = splitDataset(dataset, config.split)
  if (split.coldItems.all.length === 0)
    throw new InputError(
      `split.kind ${split.kind} has no cold items; temporal and random have some`,
    )
  const features = userFeatures(dataset, split, config.features)
  if (config.policy.budget > features.users.length)
    throw new InputError(
      `policy.budget = ${config.policy.budget} users is more than the ${features.users.length} users with a train history`,
    )
  const setups = others.map((other, k) =>
    setUp(other, { ...config, dataset: config.others[k], others: [] }),
  )
  return { config, dataset, split, features, others: setups }
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
      `K = ${largest} is larger than the ${smallest} cold candidates of a half; use e.g. --set evaluation.ks=[5,10] --set policy.rewardK=10`,
    )
  if (split.relevant.validation.users.length === 0 || split.relevant.test.users.length === 0)
    throw new InputError(
      `${dataset.name}: no user with a train history has a later cold item; use another split.quantile`,
    )
}
