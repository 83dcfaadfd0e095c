import { describe, expect, it } from 'vitest'
import type { Dataset } from '#src/dataset/dataset.js'
import { histories } from '#src/dataset/histories.js'
import type { Split } from '#src/dataset/split.js'
import { featuresConfig } from '#src/features/config.js'
import type { FeatureContext } from '#src/features/context.js'
import { featureRegistry } from '#src/features/feature-registry.js'
import { userFeatures } from '#src/features/features.js'
import { scale } from '#src/features/scaling.js'
import { fixedPolicy } from '#src/policy/policy.js'
import { stream } from '#src/util/random.js'

// Two users, three items; by hand: pop = [2, 1, 1]; user 0 has items 0, 1 (stars 5, 2), user 1 has
// 0, 2 (4, 4). Categories: item 0 A, item 1 B, item 2 A and B: p_0 = (1/2, 1/2), p_1 = (3/4, 1/4),
// p = (5/8, 3/8).
const interactions = {
  user: Int32Array.of(0, 0, 1, 1),
  item: Int32Array.of(0, 1, 0, 2),
  rating: Float32Array.of(5, 2, 4, 4),
}
const dataset: Dataset = {
  name: 'tiny',
  userIds: ['x', 'y'],
  itemIds: ['a', 'b', 'c'],
  interactions,
  items: [
    { title: 'red pen', categories: [['A']] },
    { title: 'red pen', categories: [['B']] },
    { title: 'red pen', categories: [['A'], ['B']] },
  ],
  notes: [],
  fingerprint: '',
}
const train = histories(interactions, 2)
const split = { train, trainUsers: Int32Array.of(0, 1) } as Split
const features = userFeatures(dataset, split, featuresConfig.parse({}))
const of = (name: string) => features.raw[features.names.indexOf(name)]

describe('user features', () => {
  it('equal the values worked out by hand from their definitions', () => {
    expect([...of('MP')]).toEqual([1.5, 1.5])
    expect([...of('AP')]).toEqual([1.5, 1.5])
    expect([...of('RV')]).toEqual([2.25, 0])
    expect([...of('AR')]).toEqual([3.5, 4])
    expect([...of('V')]).toEqual([2, 2])
    expect(of('EE')[0]).toBeCloseTo(2, 12)
    expect(of('CKLD')[1]).toBeCloseTo(
      0.75 * Math.log(0.75 / 0.625) + 0.25 * Math.log(0.25 / 0.375),
      12,
    )
    expect(of('CSD')[0]).toBeGreaterThan(of('CSD')[1])
  })

  it('name those that the data cannot give, with the reason', () => {
    const { rating: _, ...unrated } = train
    const without = userFeatures(
      dataset,
      { ...split, train: unrated } as Split,
      featuresConfig.parse({}),
    )
    expect(without.unavailable).toEqual([
      { name: 'RV', reason: 'the data has no ratings' },
      { name: 'AR', reason: 'the data has no ratings' },
    ])
    const rated = { ...featuresConfig.parse({}), names: ['RV', 'AR'] }
    expect(() => userFeatures(dataset, { ...split, train: unrated }, rated)).toThrow(
      /none of the features RV, AR is available: the data has no ratings/,
    )
  })

  it('refuse an unknown name at the door, and list the known ones', () => {
    const known = /unknown feature.*; known: MP, AP/
    const { error } = featuresConfig.safeParse({ names: ['V', 'XX'] })
    expect(error?.issues.map(({ message }) => message)).toEqual([expect.stringMatching(known)])
    const unchecked = { ...featuresConfig.parse({}), names: ['XX'] }
    expect(() => userFeatures(dataset, split, unchecked)).toThrow(known)
  })
})

describe('a custom feature', () => {
  const own = {
    name: 'ID',
    title: 'user index',
    unit: '-',
    needs: [],
    heavyTailed: false,
    compute: ({ users }: FeatureContext) => Float64Array.from(users),
  }
  featureRegistry.add(own)

  it('is computed, scaled and selected by like the built-in ones', () => {
    const config = featuresConfig.parse({ names: ['ID', 'V'] })
    const withOwn = userFeatures(dataset, split, config)
    const { names, raw, scaled, users } = withOwn
    expect(names).toEqual(['ID', 'V'])
    expect([...raw[0]]).toEqual([...users])
    expect([scaled[0], scaled[2]]).toEqual([-1, 1])
    expect([...fixedPolicy('top:ID').select(withOwn, 1, stream(0))]).toEqual([1])
  })

  it('may not take the name of another one', () => {
    expect(() => featureRegistry.add({ ...own, name: 'V' })).toThrow(
      /the feature "V" exists already/,
    )
  })

  it('is refused when it gives too few values', () => {
    featureRegistry.add({ ...own, name: 'SHORT', compute: () => Float64Array.of(1) })
    expect(() => userFeatures(dataset, split, featuresConfig.parse({ names: ['SHORT'] }))).toThrow(
      /feature SHORT gives 1 values for 2 users/,
    )
  })
})

describe('scaling', () => {
  it('maps to [0, 1], or to mean 0 and deviation 1; NaN to the mean, a constant to 0', () => {
    expect([...scale(Float64Array.of(1, 3, NaN, 2), { method: 'min-max', log1p: false })]).toEqual([
      0, 1, 0.5, 0.5,
    ])
    expect([...scale(Float64Array.of(1, 3), { method: 'z-score', log1p: false })]).toEqual([-1, 1])
    expect([...scale(Float64Array.of(7, 7), { method: 'z-score', log1p: true })]).toEqual([0, 0])
  })
})
