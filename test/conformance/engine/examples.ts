import { type TwoTowerConfig, twoTowerConfig } from '#src/two-tower/config.js'
import type { Pairs, TrainingData, TwoTowerModel } from '#src/two-tower/engine.js'
import { logQ } from '#src/two-tower/plan.js'
import { stream } from '#src/util/random.js'

/** A checked configuration; the rest is the defaults. */
export const config = (record: object = {}): TwoTowerConfig => twoTowerConfig.parse(record)

/** For what is done without pairs. */
export const noPairs: Pairs = {
  user: new Int32Array(0),
  chosen: new Int32Array(0),
  rejected: new Int32Array(0),
}

/** A model with the data and pairs of a step or a training. */
export interface Example {
  model: TwoTowerModel
  data: TrainingData
  pairs: Pairs
}

/** A random example; the name is the seed. `scale` is the standard deviation of the embeddings. */
export function example(
  name: string,
  size: {
    dim: number
    users: number
    items: number
    interactions: number
    pairs: number
    scale?: number
    weighted?: boolean
  },
): Example {
  const rng = stream(1, name)
  const normals = (n: number) =>
    Float32Array.from({ length: n }, () => rng.normal() * (size.scale ?? 0.5))
  const below = (n: number, count: number) => Int32Array.from({ length: count }, () => rng.below(n))
  const model = {
    dim: size.dim,
    users: normals(size.users * size.dim),
    items: normals(size.items * size.dim),
  }
  const item = below(size.items, size.interactions)
  const chosen = below(size.items, size.pairs)
  const pairs: Pairs = {
    user: below(size.users, size.pairs),
    chosen,
    rejected: chosen.map((c) => (c + 1 + rng.below(size.items - 1)) % size.items),
  }
  if (size.weighted)
    pairs.weight = Float32Array.from({ length: size.pairs }, () => rng.uniform() * 2)
  return {
    model,
    data: { user: below(size.users, size.interactions), item, logQ: logQ(item, size.items) },
    pairs,
  }
}

/** An example with the item tower `bag`: 11 items of up to four of 8 tokens. */
export function bagExample(name: string, dim: number): Example & { numTokens: number } {
  const numTokens = 8
  const { model, data, pairs } = example(name, {
    dim,
    users: 7,
    items: 11,
    interactions: 40,
    pairs: 9,
  })
  const rng = stream(2, name)
  const token: number[] = []
  const start = Int32Array.from({ length: 12 }, (_, item) => {
    if (item > 0) for (let k = rng.below(4); k >= 0; k--) token.push(rng.below(numTokens))
    return token.length
  })
  return {
    model: { ...model, items: model.items.slice(0, numTokens * dim) },
    data: { ...data, bags: { start, token: Int32Array.from(token) } },
    pairs,
    numTokens,
  }
}
