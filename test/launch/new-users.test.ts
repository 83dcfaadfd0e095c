import { describe, expect, it } from 'vitest'
import { fitNewUsers, profileOf, withNewUsers } from '#src/launch/new-users.js'
import { nearestOfHistory } from '#src/launch/why.js'
import { stream } from '#src/util/random.js'

const rng = stream(0, 'new users')

/** Histories of 1 to 6 of 30 items, whose users are an exact function of the features. */
function exact() {
  const places = { dim: 2, values: Float32Array.from({ length: 60 }, () => rng.normal()) }
  const histories = Array.from({ length: 200 }, (_, u) =>
    Array.from({ length: 1 + (u % 6) }, () => rng.below(30)),
  )
  const embedding = (items: number[]) => {
    const log = Math.log(items.length)
    const [a, b] = [0, 1].map(
      (d) => items.reduce((sum, i) => sum + places.values[2 * i + d], 0) / items.length,
    )
    return [a + 2 * b * log + 1, 3 * b - log]
  }
  const start = new Int32Array(201)
  histories.forEach((items, u) => (start[u + 1] = start[u] + items.length))
  const train = { start, item: Int32Array.from(histories.flat()) }
  return { places, train, users: Float32Array.from(histories.flatMap(embedding)), embedding }
}

describe('the embedding of a new user', () => {
  it('follows from the history as it does for known users', () => {
    const { places, train, users, embedding } = exact()
    const model = {
      folded: { dim: 4, users: new Float32Array(800), items: new Float32Array(120) },
      userIds: Array.from({ length: 200 }, (_, u) => `u${u}`),
      itemIds: Array.from({ length: 30 }, (_, i) => `i${i}`),
      titles: Array.from({ length: 30 }, (_, i) => `title ${i}`),
      numKnown: 30,
      train,
      places,
      text: { dim: 1, values: new Float32Array(30) },
      newUserMap: fitNewUsers(users, places, train),
    }
    const items = [4, 9, 2, 11, 17]
    const { folded, userIds } = withNewUsers(model, [{ id: 'new', items: Int32Array.from(items) }])
    expect(userIds.at(-1)).toBe('new')
    const [a, b, text, constant] = folded.users.slice(-4)
    // The ridge takes about 1 %.
    expect(a).toBeCloseTo(embedding(items)[0], 1)
    expect(b).toBeCloseTo(embedding(items)[1], 1)
    expect([text, constant]).toEqual([0, 1])
  })

  it('can be fitted on a shop with fewer users than columns', () => {
    const places = { dim: 2, values: Float32Array.of(1, 0, 0, 1) }
    const train = { start: Int32Array.of(0, 1, 2), item: Int32Array.of(0, 1) }
    const map = fitNewUsers(Float32Array.of(1, 2, 3, 4), places, train)
    expect(map).toHaveLength(12)
    expect(map.every(Number.isFinite)).toBe(true)
  })
})

describe('the text profile of a new user', () => {
  it('is the sum over its length where the vectors hold the whole text', () => {
    const text = { dim: 2, values: Float32Array.of(1, 0, 0, 1, 0, 0) }
    for (const x of profileOf(text, Int32Array.of(0, 1, 2))) expect(x).toBeCloseTo(Math.SQRT1_2, 12)
  })

  it('takes what the vectors leave out of two texts as orthogonal', () => {
    // |(.6, .8)|^2 + (1 - .36) + (1 - .64) = 2
    const text = { dim: 2, values: Float32Array.of(0.6, 0, 0, 0.8) }
    const profile = profileOf(text, Int32Array.of(0, 1))
    expect(profile[0]).toBeCloseTo(0.6 / Math.SQRT2, 6)
    expect(profile[1]).toBeCloseTo(0.8 / Math.SQRT2, 6)
  })

  it('is nothing without text', () => {
    expect([...profileOf({ dim: 2, values: new Float32Array(4) }, Int32Array.of(0, 1))]).toEqual([
      0, 0,
    ])
  })
})

describe('the items of a history nearest to an item', () => {
  const model = (text: number[]) => ({
    folded: { dim: 1, users: new Float32Array(1), items: new Float32Array(4) },
    userIds: ['u'],
    itemIds: ['a', 'b', 'c', 'd'],
    titles: ['a', 'b', 'c', 'd'],
    numKnown: 4,
    train: { start: Int32Array.of(0, 4), item: Int32Array.of(0, 1, 2, 1) },
    places: { dim: 2, values: Float32Array.of(1, 0, 1, 1, -1, 0, 5, 1) },
    text: { dim: 2, values: Float32Array.from(text) },
    newUserMap: new Float32Array(0),
  })
  it('are those with the most similar text, each once, unlike ones left out', () => {
    const text = [0.5, 0.5, 0.9, 0, 0, 0.9, 0.9, 0.3]
    expect(nearestOfHistory(model(text), 0, 3, 3)).toEqual([1, 0, 2])
    expect(nearestOfHistory(model(text), 0, 3, 1)).toEqual([1])
    expect(nearestOfHistory(model([0, 0, 0.9, 0, 0, 0.9, 0.9, 0]), 0, 3, 3)).toEqual([1])
  })

  it('are those in the same direction where the item has no text, or the history has none', () => {
    expect(nearestOfHistory(model([1, 0, 1, 0, 1, 0, 0, 0]), 0, 3, 3)).toEqual([0, 1])
    expect(nearestOfHistory(model([0, 0, 0, 0, 0, 0, 1, 0]), 0, 3, 3)).toEqual([0, 1])
  })
})
