import { featureRegistry } from '../features/feature-registry.js'
import type { UserFeatures } from '../features/features.js'
import { ConfigError, InputError, quote } from '../util/errors.js'
import type { Stream } from '../util/random.js'
import { fixedPolicies } from './fixed-policies.js'

/** Decides which candidates are asked about. */
export interface SelectionPolicy {
  /** Name, as `--policy` takes it: `top:V`. */
  name: string
  /** Selects users: indices [min(budget, n)], without repeats. */
  select(features: UserFeatures, budget: number, rng: Stream): Int32Array
}

/**
 * Finds a policy that learns nothing by its name: `none`, `random`, `all`, `top:V`, `bottom:AP`, or
 * one that was added to `fixedPolicies`.
 * @throws ConfigError for an unknown policy or feature; its `select` throws InputError when the
 * features lack the one that is named
 * @example
 * const users = fixedPolicy('top:V').select(setup.features, 300, stream(0, 'selection'))
 */
export function fixedPolicy(name: string): SelectionPolicy {
  const colon = name.indexOf(':')
  const [kindName, feature] = colon === -1 ? [name] : [name.slice(0, colon), name.slice(colon + 1)]
  if (!fixedPolicies.has(kindName)) throw unknownPolicy(name)
  const kind = fixedPolicies.get(kindName)
  if (kind.takesFeature !== (feature !== undefined)) throw unknownPolicy(name)
  if (feature !== undefined) featureRegistry.get(feature)
  return {
    name,
    select: (features, budget, rng) =>
      kind.select(
        features,
        budget,
        rng,
        feature === undefined ? new Float64Array(0) : rawValues(features, feature),
      ),
  }
}

function unknownPolicy(name: string): ConfigError {
  const known = fixedPolicies
    .entries()
    .map((kind) => (kind.takesFeature ? `${kind.name}:FEATURE` : kind.name))
  return new ConfigError(`unknown policy ${quote(name)}; known: ${known.join(', ')}, learned`)
}

/** Values of a feature, in its unit [n]. */
function rawValues(features: UserFeatures, name: string): Float64Array {
  const j = features.names.indexOf(name)
  if (j >= 0) return features.raw[j]
  const missing = features.unavailable.find((one) => one.name === name)
  throw new InputError(
    `feature ${name} is ` +
      (missing ? `unavailable: ${missing.reason}` : 'not among features.names'),
  )
}
