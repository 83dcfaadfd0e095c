import type { Dataset } from '../dataset/dataset.js'
import { splitDataset } from '../dataset/split.js'
import { userFeatures } from '../features/features.js'
import { InputError } from '../util/errors.js'
import type { ExperimentConfig } from './config.js'
import type { Materials } from './lab.js'

/** Splits the data and computes the features. @throws InputError when the split has no cold items */
export function prepare(dataset: Dataset, config: ExperimentConfig, others: Dataset[] = []): Materials {
  const split = splitDataset(dataset, config.split)
  if (split.coldItems.all.length === 0) throw new InputError(`split.kind ${split.kind} has no cold items; temporal and random have some`)
  const features = userFeatures(dataset, split, config.features)
  if (config.policy.budget > features.users.length)
    throw new InputError(`policy.budget = ${config.policy.budget} users is more than the ${features.users.length} users with a train history`)
  return { config, dataset, split, features, others: others.map((other, k) => prepare(other, { ...config, dataset: config.others[k], others: [] })) }
}

/** Refuses what cannot be measured before anything is trained. @throws InputError saying which settings to change */
export function checkMeasurable({ config, dataset, split }: Materials): void {
  const smallest = Math.min(split.coldItems.test.length, split.coldItems.validation.length)
  const largest = Math.max(...config.evaluation.ks, config.policy.rewardK)
  if (largest > smallest)
    throw new InputError(
      `K = ${largest} is larger than the ${smallest} cold candidates of a half; use e.g. --set evaluation.ks=[5,10] --set policy.rewardK=10`,
    )
  if (split.relevant.validation.users.length === 0 || split.relevant.test.users.length === 0)
    throw new InputError(`${dataset.name}: no user with a train history has a later cold item; use another split.quantile`)
}
