import type { FeatureContext } from './context.js'

/** A field that not all data has, and that a feature may need. */
export type FeatureNeed = 'timestamps' | 'ratings' | 'categories' | 'text'

/** A user feature: one number for each user, from the user's train history alone. */
export interface UserFeature {
  /** Short name, as configurations and policies write it: `V`. */
  readonly name: string
  /** Name in words, for tables and axes. */
  readonly title: string
  /** Unit of the raw value; `-` for a pure number. */
  readonly unit: string
  /** Fields without which the feature cannot be computed; where one is missing, it is left out. */
  readonly needs: readonly FeatureNeed[]
  /** Whether values spread over orders of magnitude: log1p before scaling (`log1p: 'auto'`). */
  readonly heavyTailed: boolean
  /**
   * The value of each of `context.users` [n]; NaN for a user whose history has nothing to compute
   * it from.
   */
  compute(context: FeatureContext): Float64Array
}

/** A `compute` that gets the value of one user at a time. */
export function perUser(
  value: (context: FeatureContext, user: number) => number,
): UserFeature['compute'] {
  return (context) => {
    const values = new Float64Array(context.users.length)
    for (let k = 0; k < values.length; k++) values[k] = value(context, context.users[k])
    return values
  }
}
