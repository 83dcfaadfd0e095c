import { relevantOf } from '../dataset/split.js'
import type { RehearsedShelf, ShelfRehearsal } from '../shelf/rehearse.js'
import { mergeShelf, shelvesOf } from '../evaluation/shelf.js'
import type { SignalWeights } from '../two-tower/signals.js'
import { type Hits, hits } from '../judge/hits.js'
import { average } from '../util/statistics.js'

/** What lists of k items hit on the rehearsals: items that users later chose by themselves. */
export interface ShelfExpectation {
  k: number
  /** Users whose later choices are known, over all rehearsals. */
  users: number
  rehearsals: number
  /** With new items on the shelf; of these, hits of new and of known items. */
  withNew: Hits
  ofNew: Hits
  ofKnown: Hits
  /** Known items alone: what the shelf gives today. */
  knownOnly: Hits
  /** What new items add: the difference of the two, user by user. */
  gain: Hits
  /** Signals that count for new items. */
  signals: readonly string[]
}

/**
 * Counts hits on the rehearsals, each under weights that were fitted on the others where there are
 * some. A user of several rehearsals counts once, with the mean.
 */
export function rehearsed(
  rehearsals: readonly ShelfRehearsal[],
  { unseen, signals }: RehearsedShelf,
  k: number,
): ShelfExpectation {
  const byUser = new Map<number, UserHits[]>()
  rehearsals.forEach((rehearsal, r) =>
    hitsOf(rehearsal, unseen[r], k).forEach((count, n) => {
      const user = rehearsal.later.users[n]
      byUser.set(user, [...(byUser.get(user) ?? []), count])
    }),
  )
  const users = [...byUser.values()]
  const all = (pick: (one: UserHits) => number) => hits(users.map((own) => average(own.map(pick))))
  return {
    k,
    users: users.length,
    rehearsals: rehearsals.length,
    withNew: all(({ known, fresh }) => known + fresh),
    ofNew: all(({ fresh }) => fresh),
    ofKnown: all(({ known }) => known),
    knownOnly: all(({ without }) => without),
    gain: all(({ known, fresh, without }) => known + fresh - without),
    signals,
  }
}

interface UserHits {
  known: number
  fresh: number
  /** Without new items. */
  without: number
}

function hitsOf(
  { input, later, known }: ShelfRehearsal,
  weights: SignalWeights,
  k: number,
): UserHits[] {
  const shelves = shelvesOf(input, weights, later.users, known)
  return Array.from(later.users, (_, n) => {
    const relevant = relevantOf(later, n)
    const count: UserHits = { known: 0, fresh: 0, without: 0 }
    mergeShelf(shelves, n, 0, (item, rank, isNew) => {
      if (rank <= k && relevant.has(item)) count[isNew ? 'fresh' : 'known']++
    })
    mergeShelf(shelves, n, -Infinity, (item, rank) => {
      if (rank <= k && relevant.has(item)) count.without++
    })
    return count
  })
}
