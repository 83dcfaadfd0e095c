import { expect, it } from 'vitest'
import type { ReportedRow } from '#src/experiment/row.js'
import { featureEffects, moderators, universalConclusion } from '#src/presets/universal-summary.js'
import { featureForest } from '#src/report/figures/feature-forest.js'
import type { RunResult } from '#src/run/result.js'
import { stream } from '#src/util/random.js'

/** Gains (relative) by data set: two sub-samples of each, two seeds. */
function rowsOf(feature: string, gains: Record<string, number>, density: (k: number) => number) {
  return Object.entries(gains).flatMap(([dataset, gain], k) =>
    [0, 1].flatMap((seed) =>
      [0.6, 0.8].map((quantile) => ({
        ...{ policy: `top:${feature}`, seed, factors: { dataset, quantile, core: 0 } },
        // The sub-samples differ by 4 points, the seeds by 2.
        metrics: {
          gain: gain + 0.1 * (quantile - 0.7) * 2 + 0.02 * (seed - 0.5),
          density: density(k),
        },
      })),
    ),
  ) as unknown as ReportedRow[]
}

const names = ['a', 'b', 'c', 'd', 'e', 'f']
const everywhere = (gain: (k: number) => number) =>
  Object.fromEntries(names.map((name, k) => [name, gain(k)]))
const good = rowsOf(
  'V',
  everywhere(() => 0.3),
  (k) => k,
)
const mixed = rowsOf(
  'EE',
  everywhere((k) => 0.2 * k - 0.4),
  (k) => k,
)

it('an effect is one a data set: its sub-samples are averaged, its error is that of the seeds', () => {
  const [{ feature, effects, summary }] = featureEffects(good)
  expect([feature, effects.length]).toEqual(['V', 6])
  for (const { value, variance } of effects) {
    expect(Math.expm1(value)).toBeCloseTo(0.3, 2)
    // Half the difference of two seeds, on the log scale.
    expect(Math.sqrt(variance)).toBeCloseTo(0.01 / 1.3, 4)
  }
  expect(summary!.between).toBeCloseTo(0, 6)
  expect(featureEffects(good.filter(({ factors }) => factors['dataset'] < 'c'))[0].summary).toBe(
    undefined,
  )
})

it('rows without a finite gain are left out', () => {
  const broken = good.map((row, k) => (k === 0 ? { ...row, metrics: { gain: Infinity } } : row))
  const lost = good.map((row) =>
    row.factors['dataset'] === 'a' ? { ...row, metrics: { gain: -1 } } : row,
  )
  expect(featureEffects(broken)[0].effects).toHaveLength(6)
  expect(featureEffects(lost)[0].effects).toHaveLength(5)
})

it('the conclusion says what is good everywhere, and what decides where the others are', () => {
  const text = universalConclusion([...good, ...mixed])
  expect(text).toMatch(
    /^Gain over random users on 6 data sets, by a random-effects model: V \+30 %/,
  )
  expect(text).toMatch(/in a new data set \+\d+ to \+\d+ %; better than random on 6 of 6 data sets/)
  expect(text).toContain('Good everywhere, as far as these data sets tell: V.')
  expect(text).toMatch(/EE gains more with density \(p < \.001 after Holm's correction\)$/)
  expect(universalConclusion(mixed)).toContain(
    'No feature is sure to beat random users in a new data set; the best bet is EE',
  )
})

it('moderators that decide nothing are counted, and said as such', () => {
  const rng = stream(3, 'moderators')
  const random = rowsOf(
    'EE',
    everywhere(() => rng.uniform()),
    () => rng.uniform(),
  )
  const [first] = moderators(featureEffects(random))
  expect(first).toMatchObject({ feature: 'EE', name: 'density' })
  expect(universalConclusion(random)).toMatch(
    /No characteristic of the data clearly decides it \(1 tried/,
  )
})

it('the forest has a point a data set, the mean, and the interval of a new data set', () => {
  const result = { preset: 'universal-features', trials: [...good, ...mixed] }
  const { data } = featureForest(result as unknown as RunResult)!
  const [next, mean, single] = data as { x: number[]; error_x?: { array: number[] } }[]
  expect(single.x).toHaveLength(12)
  expect(mean.x[0]).toBeCloseTo(30, 0)
  expect(next.error_x!.array[1]).toBeGreaterThan(mean.error_x!.array[1])
  expect(featureForest({ ...result, preset: 'learners' } as unknown as RunResult)).toBeUndefined()
})
