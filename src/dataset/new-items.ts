import { InputError } from '../util/errors.js'
import { countDistinct, range, where } from '../util/typed.js'
import type { DatasetConfig } from './config.js'
import type { NewItems, OwnedItems } from './dataset.js'
import { parseIsoSeconds } from './iso-time.js'
import type { Finding } from './left-out.js'
import type { RawData } from './raw-data.js'
import { counted } from './wording.js'

/** Rows of known items, and interactions with items that are new although they have some. */
export interface Parted {
  rows: Int32Array
  /** Users and items of the interactions with new items. */
  apart?: OwnedItems
  findings: Finding[]
}

/**
 * Takes the rows of items first interacted with at or after `newItems.since` away.
 * @throws InputError when the data have no timestamps, or no item is new
 */
export function partNewItems(
  raw: RawData,
  rows: Int32Array,
  { newItems }: Pick<DatasetConfig, 'newItems'>,
): Parted {
  const since = newItems?.since
  if (since === undefined) return { rows, findings: [] }
  checkSince(raw, since)
  const first = firstTimes(raw, rows)
  const from = parseIsoSeconds(since)!
  const isNew = (row: number) => first[raw.item[row]] >= from
  const apart = where(rows, isNew)
  if (apart.length === 0 && raw.newItems.ids.length === 0)
    throw new InputError(
      `no item was first interacted with since ${since}, ` +
        'and the catalogue has no item without interactions; use an earlier --new-since',
    )
  const known = where(rows, (row) => !isNew(row))
  if (known.length === 0)
    throw new InputError(
      `all ${counted(countDistinct(raw.item, raw.itemIds.length, apart), 'item')} were first interacted with since ${since}; ` +
        'use a later --new-since',
    )
  const items = countDistinct(raw.item, raw.itemIds.length, apart)
  const ofUsers = (some: Int32Array) => countDistinct(raw.user, raw.userIds.length, some)
  const users = ofUsers(rows) - ofUsers(known)
  const interactions = apart.length
  return {
    rows: known,
    apart: {
      user: apart.map((row) => raw.user[row]),
      item: apart.map((row) => raw.item[row]),
    },
    findings: [
      {
        note:
          `${counted(items, 'item')} first interacted with since ${since}: new items; ` +
          `${counted(interactions, 'interaction')} with them left out` +
          (users > 0 ? `, and with these ${counted(users, 'user')} without others` : ''),
        leftOut: {
          reason: 'new items with interactions',
          done: 'kept apart',
          users,
          items,
          interactions,
        },
      },
    ],
  }
}

function checkSince({ timestamp }: RawData, since: string): void {
  if (timestamp === undefined)
    throw new InputError(
      '--new-since (dataset.newItems.since) needs timestamps, and the interactions have none; ' +
        'if a column has another name, use --column timestamp=NAME',
    )
  const last = timestamp.reduce((a, b) => Math.max(a, b))
  if (parseIsoSeconds(since)! > last)
    throw new InputError(
      `--new-since ${since} (dataset.newItems.since) is after the last interaction, ` +
        `of ${new Date(last * 1000).toISOString().slice(0, 10)}`,
    )
}

/** Time of each item's first interaction [numItems]; Infinity where it has none. */
function firstTimes({ timestamp, item, itemIds }: RawData, rows: Int32Array): Float64Array {
  const first = new Float64Array(itemIds.length).fill(Infinity)
  for (const row of rows) first[item[row]] = Math.min(first[item[row]], timestamp![row])
  return first
}

/**
 * The new items: those of the interactions set apart, then those of the catalogue.
 * @param userOf - the index of each user among those that are left, -1 for the others
 */
export function newItemsOf(
  raw: Pick<RawData, 'newItems' | 'itemIds' | 'items'>,
  apart: OwnedItems | undefined,
  userOf: Int32Array,
): NewItems | undefined {
  const { ids, items } = raw.newItems
  if (!apart?.user.length) return ids.length === 0 ? undefined : { ids, items }
  const place = new Int32Array(raw.itemIds.length).fill(-1)
  for (const item of apart.item) place[item] = 0
  const begun: number[] = []
  place.forEach((known, item) => known === 0 && (place[item] = begun.push(item) - 1))
  const left = where(range(apart.user.length), (k) => userOf[apart.user[k]] >= 0)
  return {
    ids: begun.map((item) => raw.itemIds[item]).concat(ids),
    items: begun.map((item) => raw.items[item] ?? {}).concat(items),
    owned: {
      user: left.map((k) => userOf[apart.user[k]]),
      item: left.map((k) => place[apart.item[k]]),
    },
  }
}
