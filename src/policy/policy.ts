import { featureByName } from '../features/registry.js'
import type { UserFeatures } from '../features/features.js'
import { ConfigError, InputError, quote } from '../util/errors.js'
import { sampleDistinct, type Stream } from '../util/random.js'
import { topPositions } from './selection.js'

/** Decides which candidates are simulated. */
export interface SelectionPolicy {
  name: string
  /** User indices [min(budget, n)], without repeats. */
  select(features: UserFeatures, budget: number, rng: Stream): Int32Array
}

/** Policies that learn nothing, by name: `none`, `random`, `all`, `top:V`, `bottom:AP`. */
export function fixedPolicy(name: string): SelectionPolicy {
  const [kind, feature] = name.split(':')
  if (feature === undefined) {
    if (kind === 'none') return { name, select: () => new Int32Array(0) }
    if (kind === 'all') return { name, select: ({ users }) => users }
    if (kind === 'random') return { name, select: ({ users }, budget, rng) => sampleDistinct(users.length, budget, rng).map((k) => users[k]) }
  } else if (kind === 'top' || kind === 'bottom') {
    featureByName(feature)
    return { name, select: (features, budget) => byFeature(features, feature, budget, kind === 'top' ? 1 : -1) }
  }
  throw new ConfigError(`unknown policy ${quote(name)}; known: none, random, all, top:FEATURE, bottom:FEATURE, learned`)
}

function byFeature(features: UserFeatures, name: string, budget: number, sign: number): Int32Array {
  const j = features.names.indexOf(name)
  const missing = features.unavailable.find((one) => one.name === name)
  if (j < 0) throw new InputError(`feature ${name} is ${missing ? `unavailable: ${missing.reason}` : 'not among features.names'}`)
  return topPositions(features.raw[j].map((x) => sign * x), budget).map((k) => features.users[k])
}
