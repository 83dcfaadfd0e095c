import { thousands } from '../dataset/wording.js'
import { cut } from '../util/wrap.js'
import { type Launch, titleOf } from './launch.js'

/** A whole number with its thousands set apart, and a minus sign that is as wide as a plus. */
export const whole = (value: number) => thousands(Math.round(value) + 0).replace('-', '−')

/** "108 to 124" */
export const range = (interval: readonly [number, number]) => interval.map(whole).join(' to ')

/** A share in per cent. */
export const percent = (share: number) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`

/** Untrusted text on one line. */
export const oneLine = (text: string) => text.replace(/[\p{Cc}\s]+/gu, ' ').trim()

/** Untrusted text for one line, cut where it is long. */
export const clean = (text: string) => cut(oneLine(text), 90)

/** The title of an item, cut where it is long. */
export const nameOf = (launch: Launch, item: number) => clean(titleOf(launch, item))

/** New items by the number of lists that show them, most first. */
export function byLists({ newItems, shelf }: Launch): { item: number; n: number; lists: number }[] {
  const times = new Map<number, number>()
  for (const item of shelf.items) times.set(item, (times.get(item) ?? 0) + 1)
  return Array.from(newItems, (item, n) => ({ item, n, lists: times.get(item) ?? 0 })).sort(
    (a, b) => b.lists - a.lists || a.n - b.n,
  )
}
