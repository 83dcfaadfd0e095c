import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { splitConfig, type SplitConfig } from '../dataset/split-config.js'
import type { Dataset } from '../dataset/dataset.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { readAbout, readModel, type StoredModel } from '../two-tower/model-files.js'
import { ConfigError, DataError, InputError } from '../util/errors.js'
import { type CommonOptions, onNotice, recordOf } from './options.js'

/** A model that `understudy train` wrote, and what it was trained on. */
export interface TrainedModel extends StoredModel {
  folder: string
  /** Absent where the folder does not say. */
  split?: SplitConfig
  fingerprint?: string
}

/** Reads a model folder. @throws DataError; InputError when it is that of a launch */
export function readTrained(folder: string): TrainedModel {
  const isLaunch = existsSync(join(folder, 'launch.json'))
  const about = isLaunch ? { kind: 'launch' } : readAbout(folder)
  if (about.kind === 'launch')
    throw new InputError(`${folder} is a launch; measure it with --launch FOLDER --truth FILE`)
  const config = (about.config ?? {}) as Record<string, unknown>
  const { data: split } = splitConfig.safeParse(config.split)
  const fingerprint = about.dataFingerprint
  return {
    ...readModel(folder),
    folder,
    ...(split && config.split !== undefined ? { split } : {}),
    ...(typeof fingerprint === 'string' ? { fingerprint } : {}),
  }
}

/** Settings that a split depends on, by its kind. */
const ownSettings: Record<SplitConfig['kind'], (keyof SplitConfig)[]> = {
  temporal: ['quantile', 'seed'],
  random: ['coldShare', 'warmHoldout', 'seed'],
  'leave-one-out': [],
}

/**
 * The settings with the split that the model was trained on: on another one, items that it was
 * trained on would count as cold.
 * @throws ConfigError when another split is asked for
 */
export function asTrained(
  config: ExperimentConfig,
  options: CommonOptions,
  { folder, split }: TrainedModel,
): ExperimentConfig {
  if (split === undefined) {
    onNotice(
      `${folder} does not say on which split it was trained; it is evaluated on the split that you asked for`,
    )
    return config
  }
  const asked = Object.keys(recordOf(options).split ?? {}) as (keyof SplitConfig)[]
  const other = asked.find((name) => config.split[name] !== split[name])
  if (other !== undefined)
    throw new ConfigError(
      `split.${other} = ${config.split[other]}, but ${folder} was trained with ${split[other]}; leave the split out, or train on this split`,
    )
  const settings = ownSettings[split.kind].map((name) => `, ${name} ${split[name]}`).join('')
  onNotice(`evaluated on the split that ${folder} was trained on: ${split.kind}${settings}`)
  return { ...config, split }
}

/** @throws DataError when the model was trained on other data */
export function checkSameData(trained: TrainedModel, dataset: Dataset): void {
  const { folder, userIds, itemIds, fingerprint = dataset.fingerprint } = trained
  if (!same(userIds, dataset.userIds) || !same(itemIds, dataset.itemIds))
    throw new DataError(
      `the model has other users or items than ${dataset.name}; evaluate it on the data that it was trained on`,
      { file: folder },
    )
  if (fingerprint !== dataset.fingerprint)
    throw new DataError(
      `the model was trained on other data than ${dataset.name} (fingerprint ${fingerprint.slice(0, 12)}, not ${dataset.fingerprint.slice(0, 12)}); evaluate it on the data that it was trained on`,
      { file: folder },
    )
}

const same = (a: string[], b: string[]) => a.length === b.length && a.every((id, k) => id === b[k])
