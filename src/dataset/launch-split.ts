import type { Dataset, OwnedItems } from './dataset.js'
import { activeUsers, histories } from './histories.js'
import type { Relevance, Split } from './split.js'
import { range } from '../util/typed.js'

/** A data set whose new items have places after the known ones, and what is trained on. */
export interface LaunchData {
  dataset: Dataset
  /** Trains on all interactions; its cold items are the new ones, and nothing is to be found. */
  split: Split
  /** New items that users have already, by user. */
  owned: ReadonlyMap<number, readonly number[]>
}

/**
 * Adds the new items of the catalogue to the item vocabulary, after the known ones, and trains on
 * all interactions.
 */
export function launchSplit({ newItems, ...known }: Dataset): LaunchData {
  const { ids = [], items = [], owned } = newItems ?? {}
  const dataset = {
    ...known,
    itemIds: [...known.itemIds, ...ids],
    items: [...known.items, ...items],
  }
  const train = histories(dataset.interactions, dataset.userIds.length)
  const nothing = noRelevance()
  const cold = range(ids.length).map((k) => known.itemIds.length + k)
  const none = new Int32Array(0)
  return {
    dataset,
    split: {
      kind: 'launch',
      train,
      trainUsers: activeUsers(train),
      warmItems: range(known.itemIds.length),
      coldItems: { all: cold, validation: none, test: none },
      relevant: { validation: nothing, test: nothing, warm: nothing },
    },
    owned: byUser(owned, known.itemIds.length),
  }
}

/** Groups pairs by user; new items have indices from `firstNew` on. */
function byUser(owned: OwnedItems | undefined, firstNew: number): Map<number, number[]> {
  const items = new Map<number, number[]>()
  owned?.user.forEach((user, k) => {
    const item = firstNew + owned.item[k]
    items.set(user, [...(items.get(user) ?? []), item])
  })
  return items
}

function noRelevance(): Relevance {
  return { users: new Int32Array(0), start: new Int32Array(1), item: new Int32Array(0) }
}
