import { eachPair } from '../dataset/id-files.js'
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
 * Reads what happened after a launch: (user, item) pairs in a CSV file.
 * @param columns - names of its columns
 * @throws DataError for a file that cannot be read
 */
export async function readTruth(
  file: string,
  columns: { user: string; item: string },
  { userIds, itemIds, train }: LaunchModel,
): Promise<Truth> {
  const [user, item] = [userIds, itemIds].map((ids) => new Map(ids.map((id, k) => [id, k])))
  const leftOut: LeftOut = { unknownUser: 0, unknownItem: 0, inHistory: 0, repeated: 0 }
  const byUser = new Map<number, Set<number>>()
  await eachPair(file, columns, (userId, itemId) => {
    const [u, i] = [user.get(userId), item.get(itemId)]
    if (u === undefined) return leftOut.unknownUser++
    if (i === undefined) return leftOut.unknownItem++
    if (historyOf(train, u).includes(i)) return leftOut.inHistory++
    const chosen = byUser.get(u) ?? new Set()
    if (chosen.has(i)) return leftOut.repeated++
    return byUser.set(u, chosen.add(i))
  })
  const later = relevanceOf(byUser)
  return { later, pairs: later.item.length, leftOut }
}
