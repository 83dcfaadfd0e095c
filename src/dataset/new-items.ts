import { InputError } from '../util/errors.js'
import type { DatasetConfig } from './config.js'
import type { NewItems } from './dataset.js'
import { parseIsoSeconds } from './iso-time.js'
import type { Finding } from './left-out.js'
import type { RawData } from './raw-data.js'
import { counted } from './wording.js'

/** Rows of known items, and rows of items that are new although they have interactions. */
export interface Parted {
  rows: Int32Array
  /** Rows of new items. */
  apart: Int32Array
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
  if (since === undefined) return { rows, apart: new Int32Array(0), findings: [] }
  checkSince(raw, since)
  const first = firstTimes(raw, rows)
  const from = parseIsoSeconds(since)!
  const isNew = (row: number) => first[raw.item[row]] >= from
  const apart = rows.filter(isNew)
  if (apart.length === 0 && raw.newItems.ids.length === 0)
    throw new InputError(
      `no item was first interacted with since ${since}, ` +
        'and the catalogue names none without interactions; use an earlier --new-since',
    )
  const known = rows.filter((row) => !isNew(row))
  if (known.length === 0)
    throw new InputError(
      `all ${counted(countDistinct(apart, raw.item), 'item')} were first interacted with since ${since}; ` +
        'use a later --new-since',
    )
  const items = countDistinct(apart, raw.item)
  const users = countDistinct(rows, raw.user) - countDistinct(known, raw.user)
  const interactions = apart.length
  return {
    rows: known,
    apart,
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
        'a column of another name is given by --column timestamp=NAME',
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
 * The new items: those of the rows set apart, then those of the catalogue.
 * @param userIds - vocabulary of the users that are left
 */
export function newItemsOf(
  raw: RawData,
  apart: Int32Array,
  userIds: readonly string[],
): NewItems | undefined {
  const { ids, items } = raw.newItems
  if (apart.length === 0) return ids.length === 0 ? undefined : { ids, items }
  const begun = [...new Set(Array.from(apart, (row) => raw.item[row]))].sort((a, b) => a - b)
  const place = new Map(begun.map((item, k) => [item, k]))
  const userOf = new Map(userIds.map((id, user) => [id, user]))
  const left = apart.filter((row) => userOf.has(raw.userIds[raw.user[row]]))
  return {
    ids: [...begun.map((item) => raw.itemIds[item]), ...ids],
    items: [...begun.map((item) => raw.items[item] ?? {}), ...items],
    owned: {
      user: left.map((row) => userOf.get(raw.userIds[raw.user[row]])!),
      item: left.map((row) => place.get(raw.item[row])!),
    },
  }
}

/** Number of different values that `of` has in `rows`. */
export function countDistinct(rows: Int32Array, of: Int32Array): number {
  const seen = new Set<number>()
  for (const row of rows) seen.add(of[row])
  return seen.size
}
