import { z } from 'zod'
import { type AugmentationConfig, augmentationConfig } from '../augmentation/config.js'
import { type DatasetConfig, datasetConfig, type DatasetSettings } from '../dataset/config.js'
import { type SplitConfig, splitConfig } from '../dataset/split-config.js'
import { type FeaturesConfig, featuresConfig } from '../features/config.js'
import {
  type LlmConfig,
  llmConfig,
  type LlmRuntime,
  llmRuntimeConfig,
  type LlmSettings,
} from '../llm/config.js'
import { type PolicyConfig, policyConfig } from '../policy/config.js'
import {
  type BagConfig,
  bagConfig,
  type ContentMapConfig,
  contentMapConfig,
  type TwoTowerConfig,
  twoTowerConfig,
} from '../two-tower/config.js'
import { type Given, givenIn } from './given.js'
import { urlWithoutSecrets } from '../util/secrets.js'
import { parseSettings } from '../util/settings.js'

/** Schema of section `evaluation`. */
const evaluationConfig = z.strictObject({
  /** Cut-offs K of recall, ndcg and hit rate. */
  ks: z.array(z.number().int().min(1)).min(1).default([5, 10, 20, 50]),
  /** Share of the first 50 places of a shelf that is new, the same for all that is compared. */
  exposure: z.number().min(0).max(1).default(0.1),
  /**
   * Trainings that a figure of one procedure is the mean of: start and order differ, users and
   * answers do not.
   */
  trainings: z.number().int().min(1).default(1),
})

/** Schema of the whole configuration: one section a room, each with its own defaults. */
export const experimentConfig = z.strictObject({
  dataset: datasetConfig.prefault({}),
  others: z.array(datasetConfig).default([]),
  split: splitConfig.prefault({}),
  features: featuresConfig.prefault({}),
  llm: llmConfig.prefault({}),
  augmentation: augmentationConfig.prefault({}),
  model: twoTowerConfig.prefault({}),
  contentMap: contentMapConfig.prefault({}),
  bag: bagConfig.prefault({}),
  policy: policyConfig.prefault({}),
  evaluation: evaluationConfig.prefault({}),
})

/**
 * The whole configuration of an experiment: one section a room, plain JSON. It holds all that can
 * change a result, and nothing that cannot (paths, workers, progress). `readConfig({})` has the
 * default of every setting.
 */
export interface ExperimentConfig extends z.infer<typeof experimentConfig> {
  /** Which data are loaded, and how they are cleaned. */
  dataset: DatasetConfig
  /** Further data sets, for presets that compare several; all other settings hold for them too. */
  others: DatasetConfig[]
  /** How interactions are divided into train, validation and test. */
  split: SplitConfig
  /** Which user features are computed. */
  features: FeaturesConfig
  /** Which chat model plays the users. */
  llm: LlmConfig
  /** What it is asked. */
  augmentation: AugmentationConfig
  /** Hyper-parameters of the two-tower model. */
  model: TwoTowerConfig
  /** Item tower `content-map`. */
  contentMap: ContentMapConfig
  /** Item tower `bag`. */
  bag: BagConfig
  /** How many users are selected, and how a policy is learned. */
  policy: PolicyConfig
  /** What is measured. */
  evaluation: EvaluationConfig
}

/** What is measured of a model. Defaults: `readConfig({}).evaluation`. */
export interface EvaluationConfig extends z.infer<typeof evaluationConfig> {}

/** Settings that replace some of the configured ones, by section. */
export type Overrides = {
  [Section in 'llm' | 'augmentation' | 'model' | 'contentMap' | 'bag' | 'policy']?: Partial<
    ExperimentConfig[Section]
  >
}

/** An `ExperimentConfig` as it is written: whatever is left out has its default. */
export interface ExperimentSettings extends z.input<typeof experimentConfig> {
  dataset?: DatasetSettings
  others?: DatasetSettings[]
  split?: Partial<SplitConfig>
  features?: Partial<FeaturesConfig>
  llm?: LlmSettings
  augmentation?: Partial<AugmentationConfig>
  contentMap?: Partial<ContentMapConfig>
  bag?: Partial<BagConfig>
  policy?: Partial<PolicyConfig>
  evaluation?: Partial<EvaluationConfig>
}

/** A record as people write it: run-time settings lie beside those that can change a result. */
const settingsRecord = experimentConfig.extend({
  llm: llmConfig.extend(llmRuntimeConfig.shape).prefault({}),
})

/**
 * Run-time settings of an experiment: plain data that is in no hash or key, since none of it
 * changes a result.
 */
export interface Runtime {
  /** How the chat model is reached. */
  llm: LlmRuntime
}

/** Settings as `readSettings` parts them. */
export interface Settings {
  /** Settings that can change a result. */
  config: ExperimentConfig
  /** Settings that cannot. */
  runtime: Runtime
  /** Settings that are not fitted to small data, because the record has them. */
  given: Given
}

/**
 * Checks a record of settings, fills in the defaults, and parts what can change a result from what
 * cannot (`llm.concurrency`, `llm.price`, ...).
 * @param record - sections of settings, e.g. the JSON of a config file
 * @throws ConfigError naming the setting, the value and what is allowed
 * @example
 * const { config, runtime } = readSettings({ policy: { budget: 100 }, llm: { concurrency: 2 } })
 */
export function readSettings(record: unknown): Settings {
  const settings = parseSettings(settingsRecord, record)
  const isRuntime = ([name]: [string, unknown]) => name in llmRuntimeConfig.shape
  const llm = Object.entries(withPublicUrl(settings.llm))
  return {
    config: {
      ...settings,
      llm: Object.fromEntries(llm.filter((entry) => !isRuntime(entry))) as ExperimentConfig['llm'],
    },
    runtime: { llm: llmRuntimeConfig.parse(Object.fromEntries(llm.filter(isRuntime))) },
    given: givenIn(record),
  }
}

/** Parts a URL from its secrets: the configuration is stored and shown, the runtime is not. */
function withPublicUrl<Llm extends { url?: string; secretUrl?: string }>(llm: Llm): Llm {
  if (llm.url === undefined) return llm
  const url = urlWithoutSecrets(llm.url)
  return url === llm.url ? llm : { ...llm, url, secretUrl: llm.url }
}

/**
 * Checks a record of settings and fills in the defaults. Run-time settings are checked and left
 * out.
 * @param record - sections of settings, e.g. the JSON of a config file
 * @throws ConfigError naming the setting, the value and what is allowed
 * @example
 * const config = readConfig({ split: { quantile: 0.8 } })
 * const split = splitDataset(dataset, config.split)
 */
export function readConfig(record: unknown): ExperimentConfig {
  return readSettings(record).config
}
