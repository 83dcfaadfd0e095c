import { expect, it } from 'vitest'
import { placesByScore } from '#src/evaluation/evaluate.js'
import type { Engine, Positions } from '#src/two-tower/engine.js'
import { range } from '#src/util/typed.js'
import { dot, doubles } from '../reference.js'
import { example } from './examples.js'
import { expectNear } from './near.js'

const modelOf = (name: string, size: { dim: number; users: number; items: number }) =>
  example(name, { ...size, interactions: 1, pairs: 0 }).model

/** Checks scores, the best of them, and places. */
export function rankingChecks(engine: Engine): void {
  scoreChecks(engine)
  topKChecks(engine)
  placesCheck(engine)
}

function scoreChecks(engine: Engine): void {
  it.each([
    [1, 1, 1],
    [3, 7, 5],
    [8, 8, 8],
    [33, 19, 26],
  ])('use the scores of the reference for dim %i, %i users and %i items', (dim, users, items) => {
    const model = modelOf('score', { dim, users, items: items + 1 })
    const out = new Float32Array(users * items)
    const chosen = range(items).reverse()
    engine.score(model, range(users), chosen, out)
    const at = doubles(model)
    const exact = Array.from(out, (_, k) => dot(at, Math.floor(k / items), chosen[k % items]))
    expectNear(out, exact, 1e-5)
    const best = engine.topK(model, range(users), chosen, 3, (user) => Int32Array.of(user % items))
    for (let u = 0; u < users; u++) {
      const sorted = Array.from(chosen.keys())
        .filter((k) => chosen[k] !== u % items)
        .sort((a, b) => out[u * items + b] - out[u * items + a] || a - b)
      expect(Array.from(best.items.subarray(u * 3, u * 3 + 3))).toEqual(
        [0, 1, 2].map((k) => (k < sorted.length ? chosen[sorted[k]] : -1)),
      )
    }
  })
}

function topKChecks(engine: Engine): void {
  it('begin with the best of sorting all, in blocks of users, whatever is left out', () => {
    const [users, items, k] = [70, 301, 50]
    const model = modelOf('many', { dim: 5, users, items: items + 9 })
    const candidates = range(items)
    const left = (user: number) =>
      Int32Array.from({ length: user % 4 }, (_, n) => (7 * user + 31 * n) % (items + 9))
    const out = new Float32Array(users * items)
    engine.score(model, range(users), candidates, out)
    const best = engine.topK(model, range(users), candidates, k, left)
    for (let u = 0; u < users; u++) {
      const row = out.subarray(u * items, (u + 1) * items)
      const sorted = Array.from(candidates)
        .filter((item) => !left(u).includes(item))
        .sort((a, b) => row[b] - row[a] || a - b)
        .slice(0, k)
      expect(Array.from(best.items.subarray(u * k, (u + 1) * k))).toEqual(sorted)
      expect(Array.from(best.scores.subarray(u * k, (u + 1) * k))).toEqual(
        sorted.map((item) => row[item]),
      )
    }
  })

  it('keep the order of equal candidates, and fill missing places with -1 and NaN', () => {
    const model = { dim: 1, users: Float32Array.of(1), items: Float32Array.of(1, 2, 1, 2) }
    const { items, scores } = engine.topK(model, Int32Array.of(0), Int32Array.of(2, 3, 0, 1), 5)
    expect(Array.from(items)).toEqual([3, 1, 2, 0, -1])
    expect(Array.from(scores)).toEqual([2, 2, 1, 1, NaN])
  })
}

function placesCheck(engine: Engine): void {
  it('have the places of counting scores, with ties, items left out and scores that are no numbers', () => {
    const [users, items] = [70, 301]
    const model = modelOf('places', { dim: 6, users, items })
    // Equal rows tie.
    for (let i = 0; i < 40; i++) model.items.copyWithin((100 + i) * 6, i * 6, (i + 1) * 6)
    model.users[6 * 69] = NaN
    const own = positions(users, (u) =>
      Array.from({ length: u % 5 }, (_, n) => (13 * u + 40 * n) % 150),
    )
    const out = positions(users, (u) =>
      Array.from({ length: u % 3 }, (_, n) => 151 + ((7 * u + n) % 150)),
    )
    const score = (...block: [Int32Array, Int32Array, Float32Array]) =>
      engine.score(model, ...block)
    const scored = placesByScore({ score }, range(users), range(items), own, out)
    const placed = engine.places(model, range(users), range(items), own, out)
    expect(placed.above).toEqual(scored.above)
    expect(placed.tied.filter((_, e) => placed.above[e] >= 0)).toEqual(
      scored.tied.filter((_, e) => placed.above[e] >= 0),
    )
    expect(placed.tied.some((tied) => tied > 0)).toBe(true)
    expect(placed.above.some((above) => above < 0)).toBe(true)
  })
}

function positions(users: number, of: (user: number) => number[]): Positions {
  const start = new Int32Array(users + 1)
  const lists = Array.from({ length: users }, (_, user) => of(user))
  lists.forEach((list, user) => (start[user + 1] = start[user] + list.length))
  return { start, at: Int32Array.from(lists.flat()) }
}
