import type { UserFeatures } from '../features/features.js'
import { sampleDistinct, type Stream } from '../util/random.js'
import { registry } from '../util/registry.js'
import { topPositions } from './selection.js'

/** A kind of policy that learns nothing: an entry of the registry `fixedPolicies`. */
export interface FixedPolicyKind {
  /** Name, as `--policy` takes it: `top`. */
  readonly name: string
  /** Whether a feature comes after the name and a colon: `top:V`. */
  readonly takesFeature: boolean
  /**
   * Selects users: indices [min(budget, n)], without repeats.
   * @param values - raw values of the named feature for `features.users` [n], NaN = nothing known;
   * empty for a kind that takes no feature
   */
  select(features: UserFeatures, budget: number, rng: Stream, values: Float64Array): Int32Array
}

const none: FixedPolicyKind = {
  name: 'none',
  takesFeature: false,
  select: () => new Int32Array(0),
}

const random: FixedPolicyKind = {
  name: 'random',
  takesFeature: false,
  select: ({ users }, budget, rng) =>
    sampleDistinct(users.length, Math.min(budget, users.length), rng).map((k) => users[k]),
}

/** Everybody, whatever the budget. */
const all: FixedPolicyKind = {
  name: 'all',
  takesFeature: false,
  select: ({ users }) => users,
}

const top: FixedPolicyKind = {
  name: 'top',
  takesFeature: true,
  select: ({ users }, budget, _, values) => topPositions(values, budget).map((k) => users[k]),
}

const bottom: FixedPolicyKind = {
  name: 'bottom',
  takesFeature: true,
  select: ({ users }, budget, _, values) =>
    topPositions(
      values.map((x) => -x),
      budget,
    ).map((k) => users[k]),
}

/**
 * Registry of the policies that learn nothing: `none`, `random`, `all` (whatever the budget), `top`
 * and `bottom` (users highest or lowest in a feature, e.g. `top:V`).
 * @example
 * fixedPolicies.add({
 *   name: 'first',
 *   takesFeature: false,
 *   select: ({ users }, budget) => users.slice(0, budget),
 * })
 */
export const fixedPolicies = registry<FixedPolicyKind>('policy', [none, random, all, top, bottom])
