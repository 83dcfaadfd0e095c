import { DataError, quote } from '../util/errors.js'
import type { DatasetConfig } from './config.js'
import type { Dataset, ItemText } from './dataset.js'
import { compact } from './compact.js'
import { distinctPairs, findRepeats } from './duplicates.js'
import { fingerprint } from './fingerprint.js'
import { kCore } from './k-core.js'
import { counted, number } from './wording.js'

/** A place in a file, for error messages. */
export interface Place {
  file: string
  line: number
}

/** What was read, before any policy. */
export interface RawData {
  name: string
  userIds: readonly string[]
  itemIds: readonly string[]
  user: Int32Array
  item: Int32Array
  timestamp?: Float64Array
  rating?: Float32Array
  /** Item text [numItems], undefined where the metadata lack the item. */
  items: readonly (ItemText | undefined)[]
  notes: readonly string[]
  /** Where a row was read. */
  placeOf(row: number): Place
}

/** What is done to the data before any split. */
export type Policies = Pick<DatasetConfig, 'duplicates' | 'missingMetadata' | 'kCore'>

/** One step: the rows that stay, and sentences about it. */
interface Step {
  rows: Int32Array
  notes: string[]
}

/**
 * Applies the policies of `config` in this order: missing metadata, duplicates, k-core; then drops users and items
 * without interactions and numbers the rest by first appearance.
 * @throws {DataError} when a policy is `error` and met, or when no interaction is left.
 */
export function prepare(raw: RawData, config: Policies): Dataset {
  const notes = [...raw.notes]
  let rows: Int32Array = Int32Array.from(raw.user, (_, row) => row)
  for (const step of [missingMetadata, duplicates, core]) {
    const done = step(raw, rows, config)
    rows = done.rows
    notes.push(...done.notes)
    if (rows.length === 0) throw new DataError(`no interactions are left: ${notes.join('; ')}`, { file: raw.placeOf(0).file })
  }
  const content = compact(raw, rows)
  notes.push(...untitled(content.items))
  return { name: raw.name, ...content, notes, fingerprint: fingerprint(content) }
}

function missingMetadata(raw: RawData, rows: Int32Array, config: Policies): Step {
  const missing = raw.items.reduce((count, text) => count + (text === undefined ? 1 : 0), 0)
  if (missing === 0) return { rows, notes: [] }
  const what = `${counted(missing, 'item')} of the interactions ${missing === 1 ? 'has' : 'have'} no metadata`
  const none = missing === raw.items.length ? 'there are no item metadata: items have no text' : undefined
  if (config.missingMetadata === 'keep') return { rows, notes: [none ?? `${what}: kept without text`] }
  if (config.missingMetadata === 'error') {
    const row = rows.find((row) => raw.items[raw.item[row]] === undefined) ?? 0
    throw new DataError(
      `${what}, the first is ${quote(raw.itemIds[raw.item[row]])}; missingMetadata is "error", "keep" and "drop" go on`,
      raw.placeOf(row),
    )
  }
  const kept = rows.filter((row) => raw.items[raw.item[row]] !== undefined)
  return { rows: kept, notes: [`${what}: dropped with ${counted(rows.length - kept.length, 'interaction')}`] }
}

/** Rows are renumbered for the search, so that the earlier steps' losses do not count as repeats. */
function duplicates(raw: RawData, rows: Int32Array, config: Policies): Step {
  const chosen = {
    user: rows.map((row) => raw.user[row]),
    item: rows.map((row) => raw.item[row]),
    timestamp: raw.timestamp && Float64Array.from(rows, (row) => raw.timestamp![row]),
  }
  const { count, earliest } = findRepeats(chosen)
  if (earliest === undefined) return { rows, notes: [] }
  const note = `${number(count)} repeated (user, item) ${count === 1 ? 'pair' : 'pairs'}: kept`
  if (config.duplicates === 'all') return { rows, notes: [`${note} all`] }
  if (config.duplicates === 'error') throw repeated(raw, rows[earliest.first], rows[earliest.row])
  const kept = distinctPairs(chosen, config.duplicates).map((at) => rows[at])
  return { rows: kept, notes: [`${note} the ${config.duplicates}`] }
}

function repeated(raw: RawData, first: number, row: number): DataError {
  const user = quote(raw.userIds[raw.user[row]])
  const item = quote(raw.itemIds[raw.item[row]])
  return new DataError(
    `user ${user} and item ${item} come together again (first in line ${raw.placeOf(first).line}); ` +
      'duplicates is "error", "first", "last" and "all" go on',
    raw.placeOf(row),
  )
}

function core(raw: RawData, rows: Int32Array, { kCore: size }: Policies): Step {
  if (size.users < 2 && size.items < 2) return { rows, notes: [] }
  const kept = kCore(rows, raw.user, raw.item, size).rows
  const lost = (of: Int32Array) => distinct(rows, of) - distinct(kept, of)
  const name = size.users === size.items ? `${size.users}-core` : `k-core (users ${size.users}, items ${size.items})`
  const parts = [
    counted(lost(raw.user), 'user'),
    counted(lost(raw.item), 'item'),
    counted(rows.length - kept.length, 'interaction'),
  ]
  return { rows: kept, notes: [`${name}: dropped ${parts[0]}, ${parts[1]} and ${parts[2]}`] }
}

function distinct(rows: Int32Array, of: Int32Array): number {
  const seen = new Set<number>()
  for (const row of rows) seen.add(of[row])
  return seen.size
}

function untitled(items: readonly ItemText[]): string[] {
  const count = items.filter((text) => text.title === undefined).length
  if (count === 0 || count === items.length) return []
  return [`${number(count)} of ${counted(items.length, 'item')} ${count === 1 ? 'has' : 'have'} no title`]
}
