import { sampleVariance } from 'simple-statistics'
import { relevantOf } from '../dataset/split.js'
import type { RehearsedShelf, ShelfRehearsal } from '../shelf/rehearse.js'
import { mergeShelf, shelvesOf } from '../evaluation/shelf.js'
import { only, type SignalWeights } from '../two-tower/signals.js'
import { type Hits, hits } from '../judge/hits.js'
import { sampleDistinct, stream } from '../util/random.js'
import { average } from '../util/statistics.js'

/** What lists of k items hit on the rehearsals: items that users later chose by themselves. */
export interface ShelfExpectation {
  k: number
  /** Users whose later choices are known, over all rehearsals. */
  users: number
  rehearsals: number
  /** New items on the shelf of a rehearsal: as many as the launch has, where there were so many. */
  newItems: number
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

/** Draws of so many new items as the launch has, whose hits are averaged. */
const draws = 10

/**
 * Counts hits on the rehearsals, each under weights that were fitted on the others where there are
 * some. A user of several rehearsals counts once, with the mean. A rehearsal with more new items
 * than the launch has shows some of them at a time, drawn at random: the intervals then hold for
 * the draw, too.
 * @param newItems - new items of the launch
 */
export function rehearsed(
  rehearsals: readonly ShelfRehearsal[],
  { unseen, signals }: RehearsedShelf,
  k: number,
  newItems: number,
): ShelfExpectation {
  const byUser = new Map<number, UserHits[][]>()
  rehearsals.forEach((rehearsal, r) =>
    drawnHits(rehearsal, unseen[r], k, newItems).forEach((drawn, n) => {
      const user = rehearsal.later.users[n]
      byUser.set(user, [...(byUser.get(user) ?? []), drawn])
    }),
  )
  const users = [...byUser.values()]
  const all = (pick: (one: UserHits) => number) => {
    const ofUserByDraw = users.map((own) =>
      Array.from({ length: draws }, (_, d) => average(own.map((drawn) => pick(drawn[d])))),
    )
    const ofDraw = Array.from({ length: draws }, (_, d) => average(ofUserByDraw.map((of) => of[d])))
    return hits(ofUserByDraw.map(average), sampleVariance(ofDraw))
  }
  const shown = rehearsals.map(({ input }) => Math.min(newItems, input.newItems.length))
  return {
    k,
    users: users.length,
    rehearsals: rehearsals.length,
    newItems: Math.round(average(shown)),
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

/** Hits of each user [n], draw by draw [draws]. */
function drawnHits(
  rehearsal: ShelfRehearsal,
  weights: SignalWeights,
  k: number,
  newItems: number,
): UserHits[][] {
  const { input, trial } = rehearsal
  const all = input.newItems
  if (all.length <= newItems)
    return hitsOf(rehearsal, weights, k).map((count) => new Array<UserHits>(draws).fill(count))
  const byDraw = Array.from({ length: draws }, (_, d) => {
    const rng = stream(trial.seed, 'expected hits', d)
    const drawn = sampleDistinct(all.length, newItems, rng).sort()
    return hitsOf(
      {
        ...rehearsal,
        input: only(
          input,
          drawn.map((n) => all[n]),
        ),
      },
      weights,
      k,
    )
  })
  return byDraw[0].map((_, n) => byDraw.map((counts) => counts[n]))
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
