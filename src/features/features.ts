import { hasText } from '../dataset/content.js'
import type { Dataset } from '../dataset/dataset.js'
import type { Split } from '../dataset/split.js'
import { InputError } from '../util/errors.js'
import type { FeaturesConfig } from './config.js'
import { featureContext, type FeatureContext } from './context.js'
import type { FeatureNeed, UserFeature } from './feature.js'
import { featureRegistry } from './feature-registry.js'
import { scale } from './scaling.js'

/** Features of the candidates (the users with a train history), raw and scaled. */
export interface UserFeatures {
  /** Candidate users, ascending [n]. */
  users: Int32Array
  /** Names of the available features [f]. */
  names: string[]
  /** raw[j][k] = feature j of users[k], in the feature's unit [f][n]; NaN = nothing known. */
  raw: Float64Array[]
  /** Inputs of a scorer, row-major [n, f]. */
  scaled: Float64Array
  /** Features that were asked for and that this data cannot give, with the reason. */
  unavailable: { name: string; reason: string }[]
}

/**
 * Computes the features of all users with a train history.
 * @throws ConfigError for an unknown name; InputError when no feature is available, or when one
 * does not give a value for each user
 */
export function userFeatures(dataset: Dataset, split: Split, config: FeaturesConfig): UserFeatures {
  const context = featureContext(dataset, split, config.categoryLevel)
  const asked = [...new Set(config.names)].map((name) => {
    const feature = featureRegistry.get(name)
    return { feature, reason: whyUnavailable(feature, context) }
  })
  const available = asked.filter(({ reason }) => reason === undefined).map(({ feature }) => feature)
  const unavailable = asked.flatMap(({ feature: { name }, reason }) =>
    reason === undefined ? [] : [{ name, reason }],
  )
  if (available.length === 0)
    throw new InputError(
      `none of the features ${config.names.join(', ')} is available: ` +
        unavailable.map(({ reason }) => reason).join('; '),
    )
  const raw = available.map((feature) => compute(feature, context))
  return {
    users: context.users,
    names: available.map(({ name }) => name),
    raw,
    scaled: scaledRows(available, raw, config),
    unavailable,
  }
}

/** Why a feature cannot be computed on this data; undefined if it can. */
function whyUnavailable(feature: UserFeature, context: FeatureContext): string | undefined {
  const has: Record<FeatureNeed, () => boolean> = {
    timestamps: () => context.train.timestamp !== undefined,
    ratings: () => context.train.rating !== undefined,
    categories: () => context.categories.some((own) => own.length > 0),
    text: () => context.items.some(hasText) && context.content().value.length > 0,
  }
  const missing = feature.needs.filter((need) => !has[need]())
  return missing.length === 0 ? undefined : `the data has no ${missing.join(' and no ')}`
}

function compute(feature: UserFeature, context: FeatureContext): Float64Array {
  const values = feature.compute(context)
  if (values.length === context.users.length) return values
  throw new InputError(
    `feature ${feature.name} gives ${values.length} values for ${context.users.length} users; ` +
      'give one for each of context.users, NaN where nothing is known',
  )
}

/** Row-major [n, f]. */
function scaledRows(
  features: UserFeature[],
  raw: Float64Array[],
  { scaling: method, log1p }: FeaturesConfig,
): Float64Array {
  const width = features.length
  const rows = new Float64Array(raw[0].length * width)
  for (const [j, { heavyTailed }] of features.entries()) {
    const logarithm = log1p === 'all' || (log1p === 'auto' && heavyTailed)
    const column = scale(raw[j], { method, log1p: logarithm })
    for (let k = 0; k < column.length; k++) rows[k * width + j] = column[k]
  }
  return rows
}
