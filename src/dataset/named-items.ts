import { basename } from 'node:path'
import { DataError, quote } from '../util/errors.js'
import type { Finding, LeftOut } from './left-out.js'
import { counted } from './wording.js'

/** Items that a file names as new. */
export interface NamedItems {
  /** Path of the file. */
  file: string
  /** The line of each id, its first. */
  lines: ReadonlyMap<string, number>
  /** Lines that name an id again. */
  repeats: number
}

/**
 * Checks that each named item is in the catalogue and has no interactions.
 * @throws DataError naming the file, the line and the id
 */
export function checkNamed(
  { file, lines }: NamedItems,
  hasInteractions: (id: string) => boolean,
  isInCatalogue: (id: string) => boolean,
): void {
  for (const [id, line] of lines) {
    if (hasInteractions(id))
      throw new DataError(
        `item_id ${quote(id)} has interactions, so it is not new; ` +
          'to treat items with a few interactions as new, use --new-since instead of --new',
        { file, line },
      )
    if (!isInCatalogue(id))
      throw new DataError(
        `item_id ${quote(id)} is not in the catalogue of item text` +
          (line === 1 ? '; the column of a CSV is item_id' : ''),
        { file, line },
      )
  }
}

/** What a source's catalogue had besides text of the items of the interactions. */
export interface CatalogueCounts {
  /** The only items that are new, where a file names them. */
  named?: NamedItems
  /** New items. */
  newItems: number
  /** Items without interactions that are not new. */
  unwanted: number
  /** Further texts of items that had one. */
  repeated: number
}

/** Says what became of the items of a catalogue. */
export function catalogueFindings(counts: CatalogueCounts): Finding[] {
  const { named, newItems, unwanted, repeated } = counts
  const file = named && basename(named.file)
  const findings: (Finding & { leftOut: LeftOut })[] = [
    {
      note: `${counted(named?.repeats ?? 0, 'repeated id')} in ${file}: each counts once`,
      leftOut: { reason: 'repeated ids of new items', done: 'counted once', items: named?.repeats },
    },
    {
      note: `${counted(repeated, 'repeated item')} in the metadata: kept the first`,
      leftOut: {
        reason: 'repeated items in the metadata',
        done: 'kept the first',
        items: repeated,
      },
    },
    {
      note: `${counted(newItems, 'item')} of the metadata without interactions: ${newItems === 1 ? 'a new item' : 'new items'}`,
      leftOut: { reason: 'new items', done: 'kept apart', items: newItems },
    },
    {
      // A public catalogue has many of these; a sentence is worth it where somebody chose.
      note:
        named &&
        `${counted(unwanted, 'item')} of the metadata without interactions, ` +
          `not named in ${file}: left out`,
      leftOut: {
        reason: 'catalogue items without interactions',
        done: 'dropped',
        items: unwanted,
      },
    },
  ]
  return findings.filter(({ leftOut }) => leftOut.items)
}
