import { describe, expect, it } from 'vitest'
import { syntheticConfig } from '#src/dataset/config.js'
import { splitConfig } from '#src/dataset/split-config.js'
import { type Split, splitDataset } from '#src/dataset/split.js'
import { synthesize } from '#src/dataset/synthetic.js'

const small = synthesize(syntheticConfig.parse({ users: 400, items: 300 }))

describe('the generated shop', () => {
  it('is the same for the same seed and another for another', () => {
    expect(synthesize(syntheticConfig.parse({ users: 400, items: 300 })).fingerprint).toBe(
      small.fingerprint,
    )
    expect(
      synthesize(syntheticConfig.parse({ users: 400, items: 300, seed: 1 })).fingerprint,
    ).not.toBe(small.fingerprint)
  })

  it('has the bits recorded here, on every machine and Node', () => {
    expect(synthesize(syntheticConfig.parse({})).fingerprint).toBe(
      'f8ded28701c06bba8d05a9a079040b38f8a2139fb224487e494bbc89e1c07f51',
    )
  })
})

describe('the split', () => {
  const { interactions } = small
  const pairs = (split: Split) => {
    const train = new Set<string>()
    for (let u = 0; u + 1 < split.train.start.length; u++)
      for (let k = split.train.start[u]; k < split.train.start[u + 1]; k++)
        train.add(`${u} ${split.train.item[k]}`)
    return train
  }

  it('temporal trains strictly before the cut; items first seen from then on are cold', () => {
    const split = splitDataset(small, splitConfig.parse({}))
    expect(split.train.timestamp!.every((t) => t < split.cut!)).toBe(true)
    const before = interactions.timestamp!.filter((t) => t < split.cut!).length
    expect(split.train.item.length).toBe(before)
    const seen = new Set(
      Array.from(interactions.item).filter((_, k) => interactions.timestamp![k] < split.cut!),
    )
    expect([...split.coldItems.all]).toEqual(
      small.itemIds.map((_, i) => i).filter((i) => !seen.has(i)),
    )
  })

  it.each(['temporal', 'random'] as const)(
    '%s has disjoint halves, and nothing to be found is in train',
    (kind) => {
      const split = splitDataset(small, splitConfig.parse({ kind }))
      const halves = [...split.coldItems.validation, ...split.coldItems.test].sort((a, b) => a - b)
      expect(halves).toEqual([...split.coldItems.all])
      const train = pairs(split)
      for (const [name, { users, start, item }] of Object.entries(split.relevant)) {
        const allowed = new Set(
          name === 'warm' ? split.warmItems : split.coldItems[name as 'validation' | 'test'],
        )
        expect(users.length).toBeGreaterThan(0)
        users.forEach((user, k) => {
          for (const i of item.subarray(start[k], start[k + 1])) {
            expect(train.has(`${user} ${i}`)).toBe(false)
            expect(allowed.has(i)).toBe(true)
          }
        })
      }
    },
  )

  it('leave-one-out leaves one item of each user to be found, the last', () => {
    const split = splitDataset(small, splitConfig.parse({ kind: 'leave-one-out' }))
    const { users, start } = split.relevant.warm
    expect(start.at(-1)).toBe(users.length)
    expect(split.train.item.length + users.length).toBe(interactions.item.length)
  })

  it('says what to do when no item is cold', () => {
    const warm = {
      ...small,
      interactions: { ...interactions, timestamp: interactions.timestamp!.map(() => 5) },
    }
    expect(() => splitDataset(warm, splitConfig.parse({}))).toThrow(
      /all interactions have the same time, .* use --split random/,
    )
    const { timestamp: _, ...untimed } = interactions
    expect(() => splitDataset({ ...small, interactions: untimed }, splitConfig.parse({}))).toThrow(
      /no timestamps/,
    )
  })
})
