import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DatasetBuilder, type RawInteraction } from '#src/dataset/builder.js'
import { datasetConfig } from '#src/dataset/config.js'
import type { Dataset } from '#src/dataset/dataset.js'

function build(rows: RawInteraction[], settings: object): Dataset {
  const builder = new DatasetBuilder()
  rows.forEach((row, k) => builder.add(row, { file: 'mine.csv', line: k + 2 }))
  return builder.finish('mine', datasetConfig.parse(settings))
}

const facts = ({ userIds, itemIds, interactions: { user, item, rating } }: Dataset) =>
  Array.from(user, (u, k) => [userIds[u], itemIds[item[k]], rating?.[k]])

describe('the cleaning of duplicates', () => {
  const rows = [
    { user: 'a', item: 'x', timestamp: 30, rating: 3 },
    { user: 'a', item: 'x', timestamp: 10, rating: 1 },
    { user: 'b', item: 'x', timestamp: 5, rating: 5 },
  ]

  it('keeps the first or last by time, or all, and says how many', () => {
    expect(facts(build(rows, {}))).toEqual([
      ['a', 'x', 1],
      ['b', 'x', 5],
    ])
    expect(facts(build(rows, { duplicates: 'last' }))).toEqual([
      ['a', 'x', 3],
      ['b', 'x', 5],
    ])
    expect(facts(build(rows, { duplicates: 'all' }))).toHaveLength(3)
    expect(build(rows, {}).notes.join()).toMatch(/1 repeated/)
  })

  it('names both lines when it refuses them', () => {
    expect(() => build(rows, { duplicates: 'error' })).toThrow(/mine\.csv:3: .*2/)
  })
})

describe('the k-core', () => {
  const some = fc.array(
    fc.record({ user: fc.constantFrom(...'abcdefg'), item: fc.constantFrom(...'tuvwxyz') }),
    { minLength: 1, maxLength: 60 },
  )

  it('is the largest part in which everybody has enough, and its indices are dense', () => {
    fc.assert(
      fc.property(some, fc.integer({ min: 2, max: 4 }), (rows, k) => {
        const wanted = bruteForce(rows, k)
        if (wanted.size === 0) {
          expect(() => build(rows, { kCore: { users: k, items: k } })).toThrow(/core/)
          return
        }
        const data = build(rows, { kCore: { users: k, items: k } })
        expect(new Set(facts(data).map(([user, item]) => `${user}${item}`))).toEqual(wanted)
        expect(new Set(data.interactions.user).size).toBe(data.userIds.length)
        expect(new Set(data.interactions.item).size).toBe(data.itemIds.length)
      }),
    )
  })

  /** Takes away one offender at a time. */
  function bruteForce(rows: RawInteraction[], k: number): Set<string> {
    let left = [...new Set(rows.map(({ user, item }) => user + item))]
    for (;;) {
      const weak = left
        .flatMap((pair) => [...pair])
        .find((one, _, all) => all.filter((other) => other === one).length < k)
      if (weak === undefined) return new Set(left)
      left = left.filter((pair) => !pair.includes(weak))
    }
  }
})
