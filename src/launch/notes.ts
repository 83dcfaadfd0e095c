import { hasText } from '../dataset/content.js'
import type { Dataset } from '../dataset/dataset.js'
import type { Split } from '../dataset/split.js'
import { counted } from '../dataset/wording.js'
import type { PreparedLaunch } from './prepare.js'

/** Says how many new items have no text. */
export function textNotes(
  { items }: Dataset,
  { warmItems, coldItems }: Split,
  isRehearsed: boolean,
): string[] {
  const silent = (which: Int32Array) => which.filter((item) => !hasText(items[item])).length
  const newItems = coldItems.all
  const without = silent(newItems)
  if (without === 0) return []
  const isWorse = without / newItems.length > silent(warmItems) / warmItems.length
  return [
    `${without} of ${newItems.length} new items have no text: they are placed like an average new item` +
      (isRehearsed && isWorse
        ? '; items of the rehearsals had more text, so expect less than the rehearsals show'
        : ''),
  ]
}

/** Says when the new items are too few for the share that they should take. */
export function exposureNotes(
  { warmItems, coldItems }: Split,
  { wanted = 0, places: held }: Pick<PreparedLaunch, 'wanted' | 'places'>,
): string[] {
  const count = coldItems.all.length
  const places = Math.min(held, count + warmItems.length)
  if (count / places >= wanted) return []
  const percent = (share: number) => `${(100 * share).toFixed(0)} %`
  return [
    `${counted(count, 'new item')} can take at most ${percent(count / places)} of ` +
      `the first ${places} places, not ${percent(wanted)}; they are placed as high as possible for all users`,
  ]
}
