import { z } from 'zod'
import { augmentationConfig } from '../augmentation/config.js'
import { datasetConfig } from '../dataset/config.js'
import { splitConfig } from '../dataset/split-config.js'
import { featuresConfig } from '../features/config.js'
import { llmConfig } from '../llm/config.js'
import { policyConfig } from '../policy/config.js'
import { bagConfig, contentMapConfig, twoTowerConfig } from '../two-tower/config.js'
import { ConfigError, quote } from '../util/errors.js'

/** The whole configuration: one section a room, each with its own defaults. Run-time things are not in it. */
export const experimentConfig = z.strictObject({
  dataset: datasetConfig.prefault({}),
  /** Further data sets, for presets that compare several; the other settings are the same for all. */
  others: z.array(datasetConfig).default([]),
  split: splitConfig.prefault({}),
  features: featuresConfig.prefault({}),
  llm: llmConfig.prefault({}),
  augmentation: augmentationConfig.prefault({}),
  model: twoTowerConfig.prefault({}),
  contentMap: contentMapConfig.prefault({}),
  bag: bagConfig.prefault({}),
  policy: policyConfig.prefault({}),
  evaluation: z
    .strictObject({
      /** Cut-offs K of recall, ndcg and hit rate. */
      ks: z.array(z.number().int().min(1)).min(1).default([5, 10, 20, 50]),
      /** Trainings that a figure of one procedure is the mean of: start and order differ, users and answers do not. */
      trainings: z.number().int().min(1).default(1),
    })
    .prefault({}),
})

export type ExperimentConfig = z.infer<typeof experimentConfig>

/** Checks a record and fills in the defaults. @throws ConfigError naming the setting, the value and what is allowed. */
export function readConfig(record: unknown): ExperimentConfig {
  const parsed = experimentConfig.safeParse(record)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const path = issue.path.join('.')
  if (issue.code === 'unrecognized_keys') {
    const known = Object.keys((valueAt(experimentConfig.parse({}), issue.path) as object | undefined) ?? {})
    throw new ConfigError(`unknown setting ${issue.keys.map((key) => quote(path ? `${path}.${key}` : key)).join(', ')}${known.length ? `; known here: ${known.join(', ')}` : ''}`)
  }
  throw new ConfigError(`setting ${path || 'config'} = ${quote(valueAt(record, issue.path))}: ${issue.message}`)
}

function valueAt(record: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], record)
}
