import { DataError, quote } from '../util/errors.js'
import { compact } from './compact.js'
import type { DatasetConfig } from './config.js'
import type { Dataset, ItemText } from './dataset.js'
import { distinctPairs, findRepeats } from './duplicates.js'
import { fingerprint } from './fingerprint.js'
import { kCore } from './k-core.js'
import type { RawData } from './raw-data.js'
import { counted, thousands } from './wording.js'

/** The settings of a data set that say how it is cleaned before any split. */
export type Cleaning = Pick<DatasetConfig, 'duplicates' | 'missingMetadata' | 'kCore'>

/** The rows that a step keeps, and sentences about it. */
interface Step {
  rows: Int32Array
  notes: string[]
}

/**
 * Cleans data in this order: items without metadata, repeated pairs, k-core; then drops users and
 * items without interactions and numbers the others by first appearance.
 * @throws DataError when a setting is `error` and the data have such a fault, or when no
 * interaction is left
 */
export function cleanDataset(raw: RawData, cleaning: Cleaning): Dataset {
  const notes = [...raw.notes]
  let rows: Int32Array = Int32Array.from(raw.user, (_, row) => row)
  for (const step of [cleanMissingMetadata, cleanDuplicates, cleanCore]) {
    const done = step(raw, rows, cleaning)
    rows = done.rows
    notes.push(...done.notes)
    if (rows.length === 0)
      throw new DataError(`no interactions are left: ${notes.join('; ')}`, {
        file: raw.placeOf(0).file,
      })
  }
  const content = compact(raw, rows)
  notes.push(...untitledNote(content.items))
  return { name: raw.name, ...content, notes, fingerprint: fingerprint(content) }
}

function cleanMissingMetadata(raw: RawData, rows: Int32Array, cleaning: Cleaning): Step {
  const isMissing = (row: number) => raw.items[raw.item[row]] === undefined
  const missing = raw.items.filter((text) => text === undefined).length
  if (missing === 0) return { rows, notes: [] }
  const finding =
    `${counted(missing, 'item')} of the interactions ` +
    `${missing === 1 ? 'has' : 'have'} no metadata`
  switch (cleaning.missingMetadata) {
    case 'keep':
      return missing === raw.items.length
        ? { rows, notes: ['there are no item metadata: items have no text'] }
        : { rows, notes: [`${finding}: kept without text`] }
    case 'drop': {
      const kept = rows.filter((row) => !isMissing(row))
      const dropped = counted(rows.length - kept.length, 'interaction')
      return { rows: kept, notes: [`${finding}: dropped with ${dropped}`] }
    }
    case 'error': {
      const row = rows.find(isMissing) ?? 0
      throw new DataError(
        `${finding}, the first is ${quote(raw.itemIds[raw.item[row]])}; ` +
          'missingMetadata is "error", "keep" and "drop" go on',
        raw.placeOf(row),
      )
    }
  }
}

/** Only the rows that earlier steps kept can repeat each other. */
function cleanDuplicates(raw: RawData, rows: Int32Array, cleaning: Cleaning): Step {
  const chosen = {
    user: rows.map((row) => raw.user[row]),
    item: rows.map((row) => raw.item[row]),
    timestamp: raw.timestamp && Float64Array.from(rows, (row) => raw.timestamp![row]),
  }
  const { count, earliest } = findRepeats(chosen)
  if (earliest === undefined) return { rows, notes: [] }
  if (cleaning.duplicates === 'error') throw repeated(raw, rows[earliest.first], rows[earliest.row])
  const pairs = count === 1 ? 'pair' : 'pairs'
  const note = `${thousands(count)} repeated (user, item) ${pairs}: kept`
  if (cleaning.duplicates === 'all') return { rows, notes: [`${note} all`] }
  const kept = distinctPairs(chosen, cleaning.duplicates).map((at) => rows[at])
  return { rows: kept, notes: [`${note} the ${cleaning.duplicates}`] }
}

function repeated(raw: RawData, first: number, row: number): DataError {
  const user = quote(raw.userIds[raw.user[row]])
  const item = quote(raw.itemIds[raw.item[row]])
  return new DataError(
    `user ${user} and item ${item} come together again ` +
      `(first in line ${raw.placeOf(first).line}); ` +
      'duplicates is "error", "first", "last" and "all" go on',
    raw.placeOf(row),
  )
}

function cleanCore(raw: RawData, rows: Int32Array, { kCore: size }: Cleaning): Step {
  if (size.users < 2 && size.items < 2) return { rows, notes: [] }
  const kept = kCore(rows, raw.user, raw.item, size)
  const lost = (of: Int32Array) => countDistinct(rows, of) - countDistinct(kept, of)
  const name =
    size.users === size.items
      ? `${size.users}-core`
      : `k-core (users ${size.users}, items ${size.items})`
  const users = counted(lost(raw.user), 'user')
  const items = counted(lost(raw.item), 'item')
  const interactions = counted(rows.length - kept.length, 'interaction')
  return { rows: kept, notes: [`${name}: dropped ${users}, ${items} and ${interactions}`] }
}

function countDistinct(rows: Int32Array, of: Int32Array): number {
  const seen = new Set<number>()
  for (const row of rows) seen.add(of[row])
  return seen.size
}

function untitledNote(items: readonly ItemText[]): string[] {
  const count = items.filter((text) => text.title === undefined).length
  if (count === 0 || count === items.length) return []
  const have = count === 1 ? 'has' : 'have'
  return [`${thousands(count)} of ${counted(items.length, 'item')} ${have} no title`]
}
