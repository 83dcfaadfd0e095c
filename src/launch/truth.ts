import { readIdTable } from '../dataset/door/id-table.js'
import { historyOf } from '../dataset/histories.js'
import { relevanceOf } from '../dataset/relevance.js'
import type { Relevance } from '../dataset/split.js'
import type { LaunchModel } from './model.js'

/** What users chose after a launch, and what of the file was left out. */
export interface Truth {
  /** Later choices of the users who have one, users ascending. */
  later: Relevance
  /** Rows that count. */
  pairs: number
  /** Rows that do not, by reason. */
  leftOut: LeftOut
}

/** Rows by the reason for which they are left out: the first that holds. */
export interface LeftOut {
  unknownUser: number
  unknownItem: number
  inHistory: number
  repeated: number
}

/**
 * Reads what happened after a launch: a table of (user, item) pairs.
 * @param columns - names of its columns; absent: usual names
 * @throws DataError for a file that cannot be read
 */
export async function readTruth(
  file: string,
  columns: { user?: string; item?: string },
  { userIds, itemIds, train }: LaunchModel,
): Promise<Truth> {
  const [user, item] = [userIds, itemIds].map((ids) => new Map(ids.map((id, k) => [id, k])))
  const leftOut: LeftOut = { unknownUser: 0, unknownItem: 0, inHistory: 0, repeated: 0 }
  const byUser = new Map<number, Set<number>>()
  for (const row of await readIdTable(file, { ...columns, users: 'needed' })) {
    const [u, i] = [user.get(row.user), item.get(row.item)]
    if (u === undefined) leftOut.unknownUser++
    else if (i === undefined) leftOut.unknownItem++
    else if (historyOf(train, u).includes(i)) leftOut.inHistory++
    else if (byUser.get(u)?.has(i)) leftOut.repeated++
    else byUser.set(u, (byUser.get(u) ?? new Set()).add(i))
  }
  const later = relevanceOf(byUser)
  return { later, pairs: later.item.length, leftOut }
}
