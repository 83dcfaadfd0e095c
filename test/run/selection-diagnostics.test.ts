import { describe, expect, it } from 'vitest'
import { historyOf } from '#src/dataset/histories.js'
import { readConfig } from '#src/experiment/config.js'
import { topAtChance } from '#src/experiment/diagnosis.js'
import { diagnose } from '#src/run/diagnostics.js'
import { healthy, learned, settings, setup, table } from '../support/diagnostics.js'

describe('top-at-chance', () => {
  const chance = (k: number) => k / 100
  it.each<[string, [k: number, recall: number][], string | undefined]>([
    [
      'well at 50, chance at 10',
      [
        [5, 0.05],
        [10, 0.105],
        [20, 0.21],
        [50, 0.7],
      ],
      '@10 is 0.1050',
    ],
    [
      'below chance at 10',
      [
        [10, 0.02],
        [50, 0.6],
      ],
      '@10 is 0.0200',
    ],
    [
      'well at both',
      [
        [10, 0.12],
        [50, 0.7],
      ],
      undefined,
    ],
    [
      'at chance at both',
      [
        [10, 0.1],
        [50, 0.52],
      ],
      undefined,
    ],
    ['one cut-off alone', [[10, 0.1]], undefined],
    [
      'no short cut-off: the smallest',
      [
        [20, 0.2],
        [50, 0.7],
      ],
      '@20 is 0.2000',
    ],
    [
      'all candidates in the larger cut-off',
      [
        [10, 0.1],
        [100, 1],
      ],
      undefined,
    ],
    [
      'not measured',
      [
        [10, NaN],
        [50, NaN],
      ],
      undefined,
    ],
  ])('%s', (_, measured, said) => {
    const recalls = measured.map(([k, recall]) => ({ k, recall, chance: chance(k) }))
    const found = topAtChance('learned', recalls, 118, setup)
    if (said === undefined) return expect(found).toBeUndefined()
    expect(found!.finding).toContain(`cold recall of learned ${said}`)
    expect(found!.finding).toContain('118 users')
  })

  it('names the arms of a run, and advises no K that is in use', () => {
    const config = readConfig({ ...settings, evaluation: { ks: [5, 10, 20] } })
    const candidates = setup.split.coldItems.test.length
    const at = (lift: number, k: number) => ({ [`cold:recall@${k}`]: (lift * k) / candidates })
    const rows = table((one) => ({
      ...one,
      metrics: {
        ...one.metrics,
        ...(one.policy === 'learned' || one.policy === 'random' ? at(1, 10) : at(2, 10)),
        ...at(1.3, 20),
      },
    }))
    const found = (rewardK: number) =>
      diagnose({
        rows,
        setup: { ...setup, config: { ...config, policy: { ...config.policy, rewardK } } },
        popularityWarmRecall: 0.1,
      }).find(({ name }) => name === 'top-at-chance')!
    expect(found(20).finding).toMatch(/of random @10.*; likewise learned$/)
    expect(found(20).remedy).toContain('--set policy.rewardK=10')
    expect(found(10).remedy).toBe('ask more of each user: raise augmentation.pairsPerUser')
  })
})

describe('single-interactions', () => {
  const { names: features, users } = setup.features
  /** A linear scorer of the number of interactions alone. */
  const policy = (weight: number) => ({
    ...learned(),
    learned: {
      ...learned().learned,
      features,
      runs: [
        {
          ...healthy,
          path: [[]],
          weights: [...features.map((name) => (name === 'V' ? weight : 0)), 0],
        },
      ],
    },
  })
  const single = users.filter((user) => historyOf(setup.split.train, user).length === 1).length
  it.each([
    ['fires where a learned policy selects users of one interaction', -1, single, true],
    ['is silent where a tenth of them has more', -1, 2 * single, false],
    ['is silent where it selects those with most', 1, single, false],
  ])('%s', (_, weight, budget, fires) => {
    const config = readConfig({ ...settings, policy: { ...settings.policy, budget } })
    const found = diagnose({
      rows: table((one) => (one.learned ? { ...one, ...policy(weight) } : one)),
      setup: { ...setup, config },
      popularityWarmRecall: 0.1,
    }).find(({ name }) => name === 'single-interactions')
    expect(found !== undefined).toBe(fires)
    if (fires) expect(found!.finding).toMatch(/^100\.0 % of the \d+ users that learned selects/)
  })
})
