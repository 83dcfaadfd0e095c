import type { Relevance } from '../dataset/split.js'
import type { UserFeatures } from '../features/features.js'
import type { Materials } from './lab.js'

/** The same with only these feature columns, in this order. */
export function withColumns(features: UserFeatures, names: string[]): UserFeatures {
  const columns = names.map((name) => features.names.indexOf(name))
  const scaled = Float64Array.from({ length: features.users.length * names.length }, (_, k) => features.scaled[Math.floor(k / names.length) * features.names.length + columns[k % names.length]])
  return { ...features, names, raw: columns.map((j) => features.raw[j]), scaled }
}

/** The same with only these candidates (positions), scaled as before. */
export function withCandidates(features: UserFeatures, positions: Int32Array): UserFeatures {
  const width = features.names.length
  const scaled = new Float64Array(positions.length * width)
  positions.forEach((k, row) => scaled.set(features.scaled.subarray(k * width, (k + 1) * width), row * width))
  return { ...features, users: positions.map((k) => features.users[k]), raw: features.raw.map((values) => Float64Array.from(positions, (k) => values[k])), scaled }
}

/** The same with only those cold items that `keep` keeps, and those candidates that `ask` asks. Training is untouched. */
export function restrict(materials: Materials, keep: (item: number) => boolean, ask: (user: number) => boolean): Materials {
  const { split, features } = materials
  const { all, validation, test } = split.coldItems
  const positions = Int32Array.from(features.users.keys()).filter((k) => ask(features.users[k]))
  return {
    ...materials,
    split: {
      ...split,
      coldItems: { all: all.filter(keep), validation: validation.filter(keep), test: test.filter(keep) },
      relevant: { ...split.relevant, validation: filterRelevance(split.relevant.validation, keep), test: filterRelevance(split.relevant.test, keep) },
    },
    features: withCandidates(features, positions),
  }
}

function filterRelevance({ users, start, item }: Relevance, keep: (item: number) => boolean): Relevance {
  const kept: { user: number; items: Int32Array }[] = []
  users.forEach((user, k) => {
    const items = item.subarray(start[k], start[k + 1]).filter(keep)
    if (items.length > 0) kept.push({ user, items })
  })
  const starts = new Int32Array(kept.length + 1)
  kept.forEach(({ items }, k) => (starts[k + 1] = starts[k] + items.length))
  return { users: Int32Array.from(kept, ({ user }) => user), start: starts, item: Int32Array.from(kept.flatMap(({ items }) => [...items])) }
}
