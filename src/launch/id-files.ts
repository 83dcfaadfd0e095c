import { readIdTable } from '../dataset/door/id-table.js'
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
 * Reads items that are not to be shown: an id on each line, or a table with a column item_id, and
 * user_id where it is for one user alone.
 * @throws DataError naming file and line
 */
export async function readExclusions(file: string, ids: Ids): Promise<ReadExclusions> {
  const [user, item] = [ids.userIds, ids.itemIds].map(placesOf)
  const items = new Set<number>()
  const pairs = new Map<number, number[]>()
  const unknown = { unknownItems: 0, unknownUsers: 0 }
  for (const row of await readIdTable(file, { users: 'optional' })) {
    const [u, i] = [user.get(row.user), item.get(row.item)]
    if (i === undefined) unknown.unknownItems++
    else if (row.user === '') items.add(i)
    else if (u === undefined) unknown.unknownUsers++
    else pairs.set(u, [...(pairs.get(u) ?? []), i])
  }
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
 * Reads histories of users who came after the launch: a table with columns user_id and item_id.
 * @throws DataError naming file, line and value of a user whom the model knows
 */
export async function readNewUsers(file: string, { userIds, itemIds }: Ids): Promise<NewUsers> {
  const known = new Set(userIds)
  const item = placesOf(itemIds)
  const histories = new Map<string, Set<number>>()
  let unknownItems = 0
  for (const row of await readIdTable(file, { users: 'needed' })) {
    if (known.has(row.user))
      throw new DataError(
        `user_id ${quote(row.user)} is a user of the launch, whose history the launch already has; --history is for new users`,
        row.at,
      )
    const history = histories.get(row.user) ?? new Set()
    histories.set(row.user, history)
    const index = item.get(row.item)
    if (index === undefined) unknownItems++
    else history.add(index)
  }
  const users = [...histories]
    .filter(([, items]) => items.size > 0)
    .map(([id, items]) => ({ id, items: Int32Array.from(items) }))
  return { users, unknownItems, withoutItems: histories.size - users.length }
}
