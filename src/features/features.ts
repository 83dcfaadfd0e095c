import type { Dataset } from '../dataset/dataset.js'
import type { Split } from '../dataset/split.js'
import { InputError } from '../util/errors.js'
import type { FeaturesConfig } from './config.js'
import { featureContext } from './context.js'
import { featureByName, unavailable } from './registry.js'
import { scale } from './scaling.js'

/** The candidates' features, raw and scaled. */
export interface UserFeatures {
  /** Candidate users, ascending [n]. */
  users: Int32Array
  /** Names of the available features [f]. */
  names: string[]
  /** raw[j][k] = feature j of users[k], in the feature's unit; NaN = nothing known. */
  raw: Float64Array[]
  /** Inputs of a scorer, row-major [n, f]. */
  scaled: Float64Array
  /** Features that this data cannot give, with the reason. */
  unavailable: { name: string; reason: string }[]
}

/** Features of all users with a train history. @throws InputError for an unknown name, or when none is available. */
export function userFeatures(dataset: Dataset, split: Split, config: FeaturesConfig): UserFeatures {
  const context = featureContext(dataset, split, config.categoryLevel)
  const asked = [...new Set(config.names)].map(featureByName).map((feature) => ({ feature, reason: unavailable(feature, context) }))
  const available = asked.filter(({ reason }) => reason === undefined).map(({ feature }) => feature)
  if (available.length === 0)
    throw new InputError(`none of the features ${config.names.join(', ')} is available: ${asked.map(({ reason }) => reason).join('; ')}`)
  const raw = available.map((feature) => feature.compute(context))
  const scaled = new Float64Array(context.users.length * available.length)
  for (const [j, { heavyTailed }] of available.entries()) {
    const log1p = config.log1p === 'all' || (config.log1p === 'auto' && heavyTailed)
    const column = scale(raw[j], { method: config.scaling, log1p })
    for (let k = 0; k < column.length; k++) scaled[k * available.length + j] = column[k]
  }
  return {
    users: context.users,
    names: available.map(({ name }) => name),
    raw,
    scaled,
    unavailable: asked.flatMap(({ feature, reason }) => (reason ? [{ name: feature.name, reason }] : [])),
  }
}
