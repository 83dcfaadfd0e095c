import type { Dataset } from './dataset.js'
import { sha256 } from '../util/sha256.js'

/**
 * Marks the last interaction of each user with at least two: 1 at its index [numInteractions], else
 * 0. Of several at the last time (without timestamps: of all) it is the one whose (user id, item
 * id) has the greatest SHA-256. That is a fair draw, which neither the order of the lines nor the
 * order of the ids, often that of their entry, can lean.
 */
export function lastInteractions({ interactions, userIds, itemIds }: Dataset): Uint8Array {
  const { user, item, timestamp } = interactions
  const latest = latestTimes(interactions, userIds.length)
  const count = new Int32Array(userIds.length)
  const last = new Int32Array(userIds.length).fill(-1)
  const digests: string[] = []
  const digestOf = (k: number) => digest(userIds[user[k]], itemIds[item[k]])
  for (let k = 0; k < user.length; k++) {
    const u = user[k]
    count[u]++
    if (timestamp && timestamp[k] < latest[u]) continue
    if (last[u] < 0) {
      last[u] = k
      continue
    }
    digests[u] ??= digestOf(last[u])
    const own = digestOf(k)
    if (own > digests[u]) [last[u], digests[u]] = [k, own]
  }
  const isLast = new Uint8Array(user.length)
  for (let u = 0; u < userIds.length; u++) if (count[u] >= 2) isLast[last[u]] = 1
  return isLast
}

/** Time of each user's last interaction [numUsers]; -Infinity without timestamps. */
function latestTimes({ user, timestamp }: Dataset['interactions'], numUsers: number): Float64Array {
  const latest = new Float64Array(numUsers).fill(-Infinity)
  timestamp?.forEach((time, k) => (latest[user[k]] = Math.max(latest[user[k]], time)))
  return latest
}

function digest(user: string, item: string): string {
  return sha256(JSON.stringify([user, item]))
}
