import type { UserFeatures } from './features.js'

/** Features with only these columns, in this order. */
export function withColumns(features: UserFeatures, names: readonly string[]): UserFeatures {
  const columns = names.map((name) => features.names.indexOf(name))
  const width = features.names.length
  const scaled = Float64Array.from(
    { length: features.users.length * names.length },
    (_, k) => features.scaled[Math.floor(k / names.length) * width + columns[k % names.length]],
  )
  return { ...features, names: [...names], raw: columns.map((j) => features.raw[j]), scaled }
}

/** Features with only the candidates at these positions; their scaling stays as it was. */
export function withCandidates(features: UserFeatures, positions: Int32Array): UserFeatures {
  const width = features.names.length
  const scaled = new Float64Array(positions.length * width)
  positions.forEach((k, row) =>
    scaled.set(features.scaled.subarray(k * width, (k + 1) * width), row * width),
  )
  return {
    ...features,
    users: positions.map((k) => features.users[k]),
    raw: features.raw.map((values) => Float64Array.from(positions, (k) => values[k])),
    scaled,
  }
}
