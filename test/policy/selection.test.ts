import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fixedPolicies } from '#src/policy/fixed-policies.js'
import { fixedPolicy } from '#src/policy/policy.js'
import { sampleWalk, topPositions } from '#src/policy/selection.js'
import { stream } from '#src/util/random.js'
import { featuresOf } from '../support/features.js'

describe('topPositions', () => {
  it('puts the highest first, ties by position, NaN last, infinities in their place', () => {
    expect([...topPositions([1, NaN, 3, 3, -Infinity, Infinity], 6)]).toEqual([5, 2, 3, 0, 1, 4])
    expect([...topPositions([1, 2], 5)]).toEqual([1, 0])
  })
})

describe('sampleWalk', () => {
  it('fills the budget with distinct positions, whatever the logits', () => {
    const logits = fc.array(
      fc.oneof(fc.double({ min: -50, max: 50, noNaN: true }), fc.constantFrom(-1e9, 1e9)),
      { minLength: 1, maxLength: 40 },
    )
    fc.assert(
      fc.property(logits, fc.nat(), fc.integer(), (values, cut, seed) => {
        const budget = 1 + (cut % values.length)
        const { taken, visited, accepted } = sampleWalk(
          Float64Array.from(values),
          budget,
          1,
          stream(seed),
        )
        expect(new Set(taken).size).toBe(budget)
        expect(accepted.length).toBe(visited.length)
        expect([...visited].filter((_, t) => accepted[t] === 1)).toEqual(
          [...taken].slice(
            0,
            accepted.reduce((a, b) => a + b, 0),
          ),
        )
      }),
    )
  })

  it('takes the first that is visited with probability sigmoid(logit / temperature)', () => {
    let accepted = 0
    for (let seed = 0; seed < 4000; seed++)
      accepted += sampleWalk(Float64Array.of(2, 0, 0), 1, 2, stream(seed)).accepted[0]
    // p = sigmoid(1) = .7311; the standard error of a share over 4000 is .007.
    expect(Math.abs(accepted / 4000 - 0.7311)).toBeLessThan(0.025)
  })
})

describe('a fixed policy', () => {
  const features = featuresOf([
    [3, 0],
    [1, 1],
    [2, 2],
  ])
  const select = (name: string, budget = 2) => [
    ...fixedPolicy(name).select(features, budget, stream(1)),
  ]

  it('selects nobody, everybody, random users, or the highest or lowest in a feature', () => {
    expect(select('none')).toEqual([])
    expect(select('all')).toEqual([100, 101, 102])
    expect(new Set(select('random')).size).toBe(2)
    expect(select('random')).toEqual(select('random'))
    expect(new Set(select('random', 9))).toEqual(new Set([100, 101, 102]))
    const byVolume = { ...features, names: ['V', 'AP'] }
    const ranked = (name: string) => [...fixedPolicy(name).select(byVolume, 2, stream(1))]
    expect(ranked('top:V')).toEqual([100, 102])
    expect(ranked('bottom:V')).toEqual([101, 102])
    expect(ranked('top:AP')).toEqual([102, 101])
  })

  it('can be a custom one, with a feature or without', () => {
    fixedPolicies.add({
      name: 'first',
      takesFeature: false,
      select: ({ users }, budget) => users.slice(0, budget),
    })
    fixedPolicies.add({
      name: 'nearest',
      takesFeature: true,
      select: ({ users }, budget, _, values) =>
        topPositions(
          values.map((x) => -Math.abs(x - 1.9)),
          budget,
        ).map((k) => users[k]),
    })
    expect(select('first')).toEqual([100, 101])
    const byVolume = { ...features, names: ['V', 'AP'] }
    expect([...fixedPolicy('nearest:V').select(byVolume, 1, stream(1))]).toEqual([102])
    expect(() => fixedPolicy('nearest')).toThrow(
      'known: none, random, all, top:FEATURE, bottom:FEATURE, first, nearest:FEATURE, learned',
    )
  })

  it('says what is wrong with its name', () => {
    for (const name of ['best', 'top', 'random:V', 'learned', ''])
      expect(() => fixedPolicy(name)).toThrow(`unknown policy "${name}"; known: none, random`)
    expect(() => fixedPolicy('top:XX')).toThrow(/unknown feature "XX"/)
    expect(() => select('top:RV')).toThrow(/feature RV is not among features\.names/)
  })
})
