import { eachPair } from '../dataset/id-files.js'
import { DataError, quote } from '../util/errors.js'
import type { Exclusions } from './lists.js'
import type { NewUser } from './new-users.js'

/** Ids of all users and items. */
export interface Ids {
  userIds: readonly string[]
  itemIds: readonly string[]
}

/** Exclusions, and the rows of the file that are of nobody and nothing. */
export interface ReadExclusions {
  exclusions: Exclusions
  unknownItems: number
  unknownUsers: number
}

/**
 * Reads items that are not to be shown: CSV with a column item_id, and user_id where it is for one
 * user alone.
 * @throws DataError naming file and line
 */
export async function readExclusions(file: string, ids: Ids): Promise<ReadExclusions> {
  const [user, item] = [ids.userIds, ids.itemIds].map(placesOf)
  const items = new Set<number>()
  const pairs = new Map<number, number[]>()
  const unknown = { unknownItems: 0, unknownUsers: 0 }
  const columns = { user: 'user_id', item: 'item_id', anyUser: true }
  await eachPair(file, columns, (userId, itemId) => {
    const [u, i] = [user.get(userId), item.get(itemId)]
    if (i === undefined) return unknown.unknownItems++
    if (userId === '') return items.add(i)
    if (u === undefined) return unknown.unknownUsers++
    return pairs.set(u, [...(pairs.get(u) ?? []), i])
  })
  return { exclusions: { items, pairs }, ...unknown }
}

const placesOf = (ids: readonly string[]) => new Map(ids.map((id, index) => [id, index]))

/** Histories of new users, and what of the file was left out. */
export interface NewUsers {
  users: NewUser[]
  /** Rows whose item the model does not know, and users who have no other. */
  unknownItems: number
  withoutItems: number
}

/**
 * Reads histories of users who came after the launch: CSV with the columns user_id and item_id.
 * @throws DataError naming file, line and value of a user whom the model knows
 */
export async function readNewUsers(file: string, { userIds, itemIds }: Ids): Promise<NewUsers> {
  const known = new Set(userIds)
  const item = placesOf(itemIds)
  const histories = new Map<string, Set<number>>()
  let unknownItems = 0
  await eachPair(file, { user: 'user_id', item: 'item_id' }, (userId, itemId, at) => {
    if (known.has(userId))
      throw new DataError(
        `user_id ${quote(userId)} is a user of the launch, which has the history already; --history is for new users`,
        at,
      )
    const history = histories.get(userId) ?? new Set()
    histories.set(userId, history)
    const index = item.get(itemId)
    if (index === undefined) unknownItems++
    else history.add(index)
  })
  const users = [...histories]
    .filter(([, items]) => items.size > 0)
    .map(([id, items]) => ({ id, items: Int32Array.from(items) }))
  return { users, unknownItems, withoutItems: histories.size - users.length }
}
