import { describe, expect, it } from 'vitest'
import { audiences, bestOf, capped, nothingExcluded, spreadOf } from '#src/launch/lists.js'
import { wasmEngine } from '#src/two-tower/engines/wasm.js'

// Two dimensions; items 0 to 3 are known, 4 and 5 are new; everybody likes 4 best.
const model = {
  dim: 2,
  users: Float32Array.of(1, 0, 1, 0.1, 0.9, 0.2, 1, 0.3),
  items: Float32Array.of(1, 0, 0.9, 0, 0.8, 0, 0.7, 0, 2, 1, 0.1, 0.1),
}
const train = { start: Int32Array.of(0, 1, 1, 1, 1), item: Int32Array.of(0) }
const input = { engine: wasmEngine(), model, train, exclusions: nothingExcluded }
const users = Int32Array.of(0, 1, 2, 3)
const all = Int32Array.of(0, 1, 2, 3, 4, 5)
const isNew = new Set([4, 5])

describe('lists', () => {
  it('hold the best items, without those of the history', () => {
    const { items } = bestOf(input, users, all, 3)
    expect([...items.subarray(0, 6)]).toEqual([4, 1, 2, 4, 0, 1])
  })

  it('leave out what is excluded, for all or for one user', () => {
    const exclusions = { items: new Set([4]), pairs: new Map([[1, [0]]]) }
    const { items } = bestOf({ ...input, exclusions }, users, all, 2)
    expect([...items.subarray(0, 4)]).toEqual([1, 2, 1, 2])
  })

  it('are the same where known items are ranked by their leading entries', () => {
    const known = { items: 4, dim: 1 }
    for (const k of [1, 3, 6]) {
      const { items, scores } = bestOf({ ...input, known }, users, all, k)
      const plain = bestOf(input, users, all, k)
      expect(items).toEqual(plain.items)
      scores.forEach((score, n) =>
        items[n] < 0 ? expect(score).toBeNaN() : expect(score).toBeCloseTo(plain.scores[n], 6),
      )
    }
    expect(bestOf({ ...input, known }, users, Int32Array.of(4, 5), 1).items[0]).toBe(4)
  })

  it('end with nothing where a user has fewer items left', () => {
    const { items, scores } = bestOf(input, users, Int32Array.of(0, 1), 3)
    expect([...items.subarray(0, 3)]).toEqual([1, -1, -1])
    expect(scores[1]).toBeNaN()
  })

  it('show no new item to more users than the cap, and to those who like it most', () => {
    const { items } = capped(input, users, all, 2, isNew, 2)
    const shown = [0, 1, 2, 3].map((n) => items.subarray(2 * n, 2 * n + 2).includes(4))
    expect(shown.filter(Boolean)).toHaveLength(2)
    expect([...items].every((item) => item >= 0)).toBe(true)
    expect(spreadOf({ items, scores: new Float32Array(8) }, 4, isNew).most).toEqual({
      item: 4,
      share: 0.5,
    })
  })
})

describe('a cap', () => {
  // Five new items beat the three known ones for everybody.
  const crowd = {
    ...input,
    model: {
      ...model,
      items: Float32Array.of(0.3, 0, 0.2, 0, 0.1, 0, 9, 0, 8, 0, 7, 0, 6, 0, 5, 0),
    },
    train: { ...train, item: Int32Array.of(1) },
  }
  const eight = Int32Array.of(0, 1, 2, 3, 4, 5, 6, 7)
  const fresh = new Set([3, 4, 5, 6, 7])

  it('leaves no list short: known items take the places that it frees', () => {
    const { items, scores } = capped(crowd, users, eight, 1, fresh, 0)
    expect([...items]).toEqual([0, 0, 0, 0])
    expect(scores).toEqual(bestOf(crowd, users, Int32Array.of(0), 1).scores)
    expect([...capped(crowd, users, eight, 2, fresh, 0).items]).toEqual([0, 2, 0, 1, 0, 1, 0, 1])
    const one = capped(crowd, users, eight, 1, fresh, 1)
    expect([...one.items].sort()).toEqual([3, 4, 5, 6])
  })
})

describe('an audience', () => {
  it('holds the best users of an item, without those who have it', () => {
    const { items } = audiences(input, Int32Array.of(4), users, 2)
    expect([...items]).toEqual([3, 1])
    expect([...audiences(input, Int32Array.of(0), users, 4).items]).not.toContain(0)
  })
})
