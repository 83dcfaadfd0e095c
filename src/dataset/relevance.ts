import type { Relevance } from './split.js'

/** Relevant items by user, users ascending; users without any are left out. */
export function relevanceOf(byUser: Iterable<[number, Iterable<number>]>): Relevance {
  const entries = Array.from(byUser, ([user, items]) => ({ user, items: [...items] }))
    .filter(({ items }) => items.length > 0)
    .sort((a, b) => a.user - b.user)
  const start = new Int32Array(entries.length + 1)
  entries.forEach(({ items }, k) => (start[k + 1] = start[k] + items.length))
  return {
    users: Int32Array.from(entries, ({ user }) => user),
    start,
    item: Int32Array.from(entries.flatMap(({ items }) => items)),
  }
}

/** Each user with the relevant items. */
export function entriesOf({ users, start, item }: Relevance): [number, Int32Array][] {
  return Array.from(users, (user, k) => [user, item.subarray(start[k], start[k + 1])])
}
