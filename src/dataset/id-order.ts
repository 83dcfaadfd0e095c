import { sortByGroup } from '../util/sort.js'
import { range } from '../util/typed.js'
import type { Dataset, OwnedItems } from './dataset.js'
import { fingerprint } from './fingerprint.js'
import { sha256 } from '../util/sha256.js'

/**
 * The same data in an order that the ids alone decide: users and items are numbered by the SHA-256
 * of their ids, and interactions follow by user and then by item. Whatever depends on the order of
 * a data set, such as ties of neighbours and the rounding of sums, is then the same for files whose
 * lines come in another order.
 * @example
 * const beauty = inIdOrder(await loadDataset('amazon-2014/Beauty'))
 * const split = splitDataset(beauty, readConfig({ split: { kind: 'leave-one-out' } }).split)
 */
export function inIdOrder(dataset: Dataset): Dataset {
  const { userIds, itemIds, items, interactions, newItems, ratingText } = dataset
  const users = ranked(userIds)
  const catalogue = ranked(itemIds)
  const user = interactions.user.map((was) => users.rank[was])
  const item = interactions.item.map((was) => catalogue.rank[was])
  const byItem = sortByGroup(range(user.length), item, itemIds.length)
  const rows = sortByGroup(byItem, user, userIds.length)
  const { timestamp, rating } = interactions
  const content = {
    userIds: Array.from(users.order, (was) => userIds[was]),
    itemIds: Array.from(catalogue.order, (was) => itemIds[was]),
    items: Array.from(catalogue.order, (was) => items[was]),
    ratingText,
    interactions: {
      user: rows.map((row) => user[row]),
      item: rows.map((row) => item[row]),
      ...(timestamp && { timestamp: Float64Array.from(rows, (row) => timestamp[row]) }),
      ...(rating && { rating: Float32Array.from(rows, (row) => rating[row]) }),
    },
  }
  const owned = newItems?.owned && renamed(newItems.owned, users.rank)
  return {
    ...dataset,
    ...content,
    fingerprint: fingerprint(content),
    ...(owned && { newItems: { ...newItems, owned } }),
  }
}

/** Indices in the order of the hashes of their ids, and the place of each index in it. */
function ranked(ids: readonly string[]): { order: Int32Array; rank: Int32Array } {
  const hashes = ids.map(sha256)
  const order = range(ids.length).sort((a, b) => (hashes[a] < hashes[b] ? -1 : 1))
  const rank = new Int32Array(ids.length)
  order.forEach((was, place) => (rank[was] = place))
  return { order, rank }
}

function renamed({ user, item }: OwnedItems, rank: Int32Array): OwnedItems {
  return { user: user.map((was) => rank[was]), item }
}
