import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readConfig } from '#src/experiment/config.js'
import { fitToData } from '#src/experiment/fitted.js'
import { type Given, givenIn } from '#src/experiment/given.js'

const halves = (validation: number, test = validation) => ({
  coldItems: {
    all: new Int32Array(validation + test),
    validation: new Int32Array(validation),
    test: new Int32Array(test),
  },
})

/** Fits a record of settings to so many users, and new items in each half. */
function fit(record: object, users: number, items: number) {
  const { config, notes } = fitToData(readConfig(record), givenIn(record), halves(items), users)
  const { policy, evaluation } = config
  return { budget: policy.budget, ks: evaluation.ks, rewardK: policy.rewardK, said: notes.length }
}

const usual = { budget: 300, ks: [5, 10, 20, 50], rewardK: 50, said: 0 }
const smoke = { policy: { budget: 40, rewardK: 10 }, evaluation: { ks: [10] } }

it.each([
  ['the usual defaults where they fit', {}, 300, 100, usual],
  [
    'half of the users where there are fewer than 300',
    {},
    299,
    100,
    { ...usual, budget: 149, said: 1 },
  ],
  [
    'cut-offs of at most half of the new items',
    {},
    300,
    99,
    { ...usual, ks: [5, 10, 20], rewardK: 20, said: 1 },
  ],
  [
    'a reward at a quarter of them',
    {},
    300,
    40,
    { ...usual, ks: [5, 10, 20], rewardK: 10, said: 1 },
  ],
  [
    'other cut-offs where few are left',
    {},
    300,
    12,
    { ...usual, ks: [1, 2, 5], rewardK: 2, said: 1 },
  ],
  ['one of one', {}, 1, 1, { budget: 1, ks: [1], rewardK: 1, said: 2 }],
  ['what was given, fit or not', smoke, 20, 7, { budget: 40, ks: [10], rewardK: 10, said: 0 }],
  [
    'a reward K that was given among the others',
    { policy: { rewardK: 3 } },
    300,
    12,
    { ...usual, ks: [1, 2, 3, 5], rewardK: 3, said: 1 },
  ],
  [
    'a reward K among given cut-offs',
    { evaluation: { ks: [3, 4] } },
    300,
    12,
    { ...usual, ks: [3, 4], rewardK: 3, said: 1 },
  ],
  ['nothing where there are no new items', {}, 300, 0, usual],
])('the settings of small data: %s', (_, record, users, items, expected) =>
  expect(fit(record, users, items)).toEqual(expected),
)

it('whatever the data, defaults fit, the reward is measured, and what is given stays', () => {
  const names = ['policy.budget', 'policy.rewardK', 'evaluation.ks'] as const
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 500 }),
      fc.integer({ min: 1, max: 200 }),
      fc.subarray([...names]),
      (users, items, given: Given) => {
        const base = readConfig({})
        const { config } = fitToData(base, given, halves(items), users)
        const { policy, evaluation } = config
        if (given.includes('policy.budget')) expect(policy.budget).toBe(300)
        else expect(policy.budget).toBeLessThanOrEqual(users)
        if (given.includes('evaluation.ks')) expect(evaluation.ks).toEqual(base.evaluation.ks)
        else if (!given.includes('policy.rewardK'))
          expect(Math.max(...evaluation.ks)).toBeLessThanOrEqual(Math.max(1, items / 2))
        if (given.includes('policy.rewardK')) expect(policy.rewardK).toBe(50)
        expect(evaluation.ks).toContain(policy.rewardK)
      },
    ),
  )
})
