import { expect, it } from 'vitest'
import { type Compared, compare, shownComparisons } from '#src/run/comparisons.js'
import { encodeUsers, type TrialRow } from '#src/experiment/row.js'

const metric = 'cold:recall@10'
/** Rows of an arm, a value a seed; users differ around it. */
const rows = (policy: string, values: (number | undefined)[]): TrialRow[] =>
  values.map((value, seed) => ({
    policy,
    seed,
    factors: {},
    users: 20,
    calls: 200,
    learningCalls: 0,
    failed: 0,
    trainings: 1,
    metrics: (value === undefined ? {} : { [metric]: value }) as Record<string, number>,
    validation: 0,
    userRecall: encodeUsers(Float32Array.from([1, 2, 3, 4, 5, 6], (u) => u * (value ?? 0))),
  }))
const against = (arm: string) => ({ arm, against: 'base' })
const base = [0.3, 0.31, 0.29, 0.3, 0.32]
const shifted = (by: number[]) => base.map((value, seed) => value + by[seed])
const varying = [0.05, 0.06, 0.04, 0.07, 0.05]

it('compare pairs by seed and corrects over the tests that were made', () => {
  const table = [
    ...rows('base', base),
    ...rows('better', shifted(varying)),
    ...rows('same', base),
    ...rows('shifted', shifted([0.02, 0.02, 0.02, 0.02, 0.02])),
    ...rows('one missing', [...shifted(varying).slice(0, 4), NaN]),
    ...rows('mostly missing', [0.4, undefined, undefined, NaN, NaN]),
    ...rows('noisy', shifted([0.05, -0.06, 0.04, -0.07, 0.05])),
  ]
  const arms = ['better', 'same', 'shifted', 'one missing', 'mostly missing', 'noisy', 'absent']
  const found = compare(table, arms.map(against), [metric], metric)
  const of = (name: string) => found.find(({ arm }) => arm === name)!
  expect(found.map(({ arm, n }) => [arm, n])).toEqual([
    ['better', 5],
    ['same', 5],
    ['shifted', 5],
    ['one missing', 4],
    ['noisy', 5],
  ])
  expect(of('better').difference).toBeCloseTo(0.054, 6)
  // Two tests were made: the smaller p counts twice, the larger once.
  expect(of('better').pHolm).toBe(2 * of('better').p!)
  expect(of('noisy').pHolm).toBe(of('noisy').p)
  expect(of('better').userInterval![0]).toBeGreaterThan(0)
  for (const name of ['same', 'shifted', 'one missing'])
    for (const key of ['p', 'pHolm', 't', 'effectSize', 'interval', 'userInterval'])
      expect(of(name)).not.toHaveProperty(key)
  expect(JSON.stringify(found)).not.toContain('null')
})

it('compare has nothing to say of one seed', () => {
  expect(
    compare([...rows('base', [0.3]), ...rows('x', [0.4])], [against('x')], [metric], ''),
  ).toEqual([])
})

it('tests that an earlier version made of too little are not shown', () => {
  const old = (more: Partial<Compared>): Compared => ({
    ...{ arm: 'a', against: 'b', metric, n: 12, difference: 0.01, standardError: 0.002 },
    ...{ interval: [0.006, 0.014], t: 5, p: 0.0004, pHolm: 0.0004, effectSize: 1.44 },
    ...{ relative: 0.089, relativeInterval: [0.05, 0.12] },
    ...more,
  })
  const [kept, few, same, base] = shownComparisons({
    comparisons: [
      old({}),
      old({ n: 2 }),
      old({ standardError: 1e-18, effectSize: 1.2e15, p: 0 }),
      old({ relative: 40, relativeInterval: [20, 60] }),
    ],
  })
  expect(kept).toEqual(old({}))
  for (const one of [few, same]) {
    expect(one).toMatchObject({ difference: 0.01, relative: 0.089 })
    expect(one.p).toBeUndefined()
    expect(one.relativeInterval).toBeUndefined()
  }
  expect(same.standardError).toBe(0)
  expect(base).toMatchObject({ p: 0.0004, interval: [0.006, 0.014] })
  expect(base.relative).toBeUndefined()
})
