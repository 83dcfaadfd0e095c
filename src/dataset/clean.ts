import { DataError, quote } from '../util/errors.js'
import { countDistinct, range, where } from '../util/typed.js'
import { compact } from './compact.js'
import type { DatasetConfig } from './config.js'
import type { Dataset, ItemText, OwnedItems } from './dataset.js'
import { distinctPairs, type Repeat } from './duplicates.js'
import { fingerprint } from './fingerprint.js'
import { kCore } from './k-core.js'
import { type Finding, leftOutOf, notesOf } from './left-out.js'
import { newItemsOf, partNewItems } from './new-items.js'
import type { RawData } from './raw-data.js'
import { counted, thousands } from './wording.js'

/** The settings of a data set that say how it is cleaned before any split. */
export type Cleaning = Pick<DatasetConfig, 'duplicates' | 'missingMetadata' | 'kCore' | 'newItems'>

/** The rows that a step keeps, and what it found. */
interface Step {
  rows: Int32Array
  /** Interactions with new items. */
  apart?: OwnedItems
  findings: Finding[]
}

/**
 * Cleans data in this order: items without metadata, new items, repeated pairs, k-core; then drops
 * users and items without interactions and numbers the others by first appearance. Arrays of `raw`
 * in shared memory are written over.
 * @throws DataError when a setting is `error` and the data have such a fault, or when no
 * interaction is left
 */
export function cleanDataset(raw: RawData, cleaning: Cleaning): Dataset {
  const findings = [...raw.findings]
  let rows: Int32Array = range(raw.user.length)
  let apart: OwnedItems | undefined
  for (const step of [cleanMissingMetadata, partNewItems, cleanDuplicates, cleanCore]) {
    const done: Step = step(raw, rows, cleaning)
    rows = done.rows
    apart = done.apart ?? apart
    findings.push(...done.findings)
    if (rows.length === 0)
      throw new DataError(`no interactions are left: ${notesOf(findings).join('; ')}`, {
        file: raw.placeOf(0).file,
      })
  }
  const read = raw.read ?? raw.user.length
  const { userOf, ...content } = compact(raw, rows)
  findings.push(...untitled(content.items))
  const newItems = newItemsOf(raw, apart, userOf)
  return {
    name: raw.name,
    ...content,
    notes: notesOf(findings),
    read,
    leftOut: leftOutOf(findings),
    fingerprint: fingerprint(content),
    ...(newItems && { newItems }),
  }
}

function cleanMissingMetadata(raw: RawData, rows: Int32Array, cleaning: Cleaning): Step {
  const isMissing = (row: number) => raw.items[raw.item[row]] === undefined
  const withoutText = where(rows, isMissing)
  const missing = countDistinct(raw.item, raw.itemIds.length, withoutText)
  if (missing === 0) return { rows, findings: [] }
  const reason = 'items without metadata' as const
  const finding =
    `${counted(missing, 'item')} of the interactions ` +
    `${missing === 1 ? 'has' : 'have'} no metadata`
  switch (cleaning.missingMetadata) {
    case 'keep': {
      const note =
        withoutText.length === rows.length
          ? 'there are no item metadata: items have no text'
          : `${finding}: kept without text`
      const leftOut = { reason, done: 'kept without text', items: missing }
      return { rows, findings: [{ note, leftOut }] }
    }
    case 'drop': {
      const kept = where(rows, (row) => !isMissing(row))
      const lost = lossOf(raw, rows, kept)
      const note = `${finding}: dropped with ${counted(lost.interactions, 'interaction')}`
      return { rows: kept, findings: [{ note, leftOut: { reason, done: 'dropped', ...lost } }] }
    }
    case 'error': {
      const [row] = withoutText
      throw new DataError(
        `${finding}, the first is ${quote(raw.itemIds[raw.item[row]])}; ` +
          'missingMetadata is "error"; "keep" and "drop" do not stop here',
        raw.placeOf(row),
      )
    }
  }
}

/** Only the rows that earlier steps kept can repeat each other. */
function cleanDuplicates(raw: RawData, rows: Int32Array, cleaning: Cleaning): Step {
  const which = cleaning.duplicates === 'last' ? 'last' : 'first'
  const { kept, earliest } = distinctPairs(raw, rows, which)
  if (earliest === undefined) return { rows, findings: [] }
  if (cleaning.duplicates === 'error') throw repeated(raw, earliest)
  const interactions = rows.length - kept.length
  const pairs = counted(interactions, 'repeated (user, item) pair')
  if (cleaning.duplicates === 'all') return { rows, findings: [{ note: `${pairs}: kept all` }] }
  const done = `kept the ${cleaning.duplicates}`
  const leftOut = { reason: 'repeated pairs' as const, done, interactions }
  return { rows: kept, findings: [{ note: `${pairs}: ${done}`, leftOut }] }
}

function repeated(raw: RawData, { row, first }: Repeat): DataError {
  const user = quote(raw.userIds[raw.user[row]])
  const item = quote(raw.itemIds[raw.item[row]])
  return new DataError(
    `user ${user} and item ${item} occur together again ` +
      `(first in line ${raw.placeOf(first).line}); ` +
      'duplicates is "error"; "first", "last" and "all" do not stop here',
    raw.placeOf(row),
  )
}

function cleanCore(raw: RawData, rows: Int32Array, { kCore: size }: Cleaning): Step {
  if (size.users < 2 && size.items < 2) return { rows, findings: [] }
  const kept = kCore(rows, raw.user, raw.item, size)
  const lost = lossOf(raw, rows, kept)
  const name =
    size.users === size.items
      ? `${size.users}-core`
      : `k-core (users ${size.users}, items ${size.items})`
  const users = counted(lost.users, 'user')
  const items = counted(lost.items, 'item')
  const note = `${name}: dropped ${users}, ${items} and ${counted(lost.interactions, 'interaction')}`
  const leftOut = { reason: 'k-core' as const, done: 'dropped', ...lost }
  return { rows: kept, findings: [{ note, leftOut }] }
}

/** Users, items and interactions that are in `rows`, but not in `kept`. */
function lossOf(raw: RawData, rows: Int32Array, kept: Int32Array) {
  const lost = (of: Int32Array, { length }: readonly string[]) =>
    countDistinct(of, length, rows) - countDistinct(of, length, kept)
  return {
    users: lost(raw.user, raw.userIds),
    items: lost(raw.item, raw.itemIds),
    interactions: rows.length - kept.length,
  }
}

function untitled(items: readonly ItemText[]): Finding[] {
  const count = items.filter((text) => text.title === undefined).length
  if (count === 0 || count === items.length) return []
  const have = count === 1 ? 'has' : 'have'
  return [{ note: `${thousands(count)} of ${counted(items.length, 'item')} ${have} no title` }]
}
