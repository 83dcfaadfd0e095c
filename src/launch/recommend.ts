import { activeUsers } from '../dataset/histories.js'
import type { Engine, TopK } from '../two-tower/engine.js'
import { range } from '../util/typed.js'
import { bestOf, type Exclusions, nothingExcluded } from './lists.js'
import type { LaunchModel } from './model.js'

/** Who is to get a list of what. */
export interface Wish {
  /** Default: all with a history. */
  users?: Int32Array
  /** Items that may be shown. Default: all. */
  items?: Int32Array
  /** Whether new items alone are shown. Default false. */
  newOnly?: boolean
  /** Places of each list. Default 10. */
  k?: number
  /** Not shown, besides the items of the user's history. */
  exclusions?: Exclusions
}

/** Lists of users [users.length, k], best first. */
export interface Recommendations {
  users: Int32Array
  lists: TopK
}

/** The best items of each user by the shelf score, those of the history left out. */
export function recommend(model: LaunchModel, engine: Engine, wish: Wish = {}): Recommendations {
  const { users = activeUsers(model.train), k = 10, exclusions = nothingExcluded } = wish
  const { folded, train } = model
  const candidates = candidatesOf(model, wish)
  const known = { items: model.numKnown, dim: model.places.dim }
  return {
    users,
    lists: bestOf({ engine, model: folded, train, exclusions, known }, users, candidates, k),
  }
}

/** Items that may be shown, ascending, so that ties fall as in the launch. */
export function candidatesOf({ itemIds, numKnown }: LaunchModel, wish: Wish): Int32Array {
  const { items = range(itemIds.length), newOnly = false } = wish
  return items.filter((item) => !newOnly || item >= numKnown).sort()
}
