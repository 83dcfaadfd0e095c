import { expect, it } from 'vitest'
import { shelvesOf, shelfLists } from '#src/evaluation/shelf.js'
import { syntheticConfig } from '#src/dataset/config.js'
import { synthesize } from '#src/dataset/synthetic.js'
import { setUp } from '#src/experiment/setup.js'
import { Trial } from '#src/experiment/trial.js'
import { anchoredDepth, anchoredQuestions, pairQuestions } from '#src/shelf/questions.js'
import { foldedModel, scoreOf } from '#src/two-tower/signals.js'
import { tiny } from '../support/tiny.js'

const dataset = synthesize(syntheticConfig.parse(tiny.dataset.synthetic))
const trial = new Trial(setUp(dataset, tiny), { seed: 1 })
const input = trial.signals()
const weights = { map: 1, text: 2, popularity: 0.2, intercept: 0.5 }
const users = trial.setup.split.trainUsers.slice(0, 40)
const shelves = shelvesOf(input, weights, users, undefined, anchoredDepth.items)
const model = foldedModel(input, weights)
const isNew = new Set(input.newItems)

it('anchored questions set a new item against a known one near the end of the shelf', () => {
  const questions = anchoredQuestions(shelves, 5, 1)
  expect(questions).toHaveLength(users.length * 5)
  const ends = shelfLists(shelves, 0)
  for (const { user, item, other, anchored, gap } of questions) {
    expect([anchored, isNew.has(item), isNew.has(other)]).toEqual([true, true, false])
    expect(gap).toBeCloseTo(scoreOf(model, user, item) - scoreOf(model, user, other), 4)
    const n = users.indexOf(user)
    const end = ends.subarray(n * 50, (n + 1) * 50).findLast((one) => one >= 0)!
    const distance = (one: number) =>
      Math.abs(scoreOf(model, user, one) - scoreOf(model, user, end))
    const known = [
      ...shelves.known.items.subarray(n * shelves.numKnown, (n + 1) * shelves.numKnown),
    ]
    const nearer = known.filter((one) => one >= 0 && distance(one) < distance(other) - 1e-4)
    expect(nearer.length).toBeLessThan(anchoredDepth.anchors)
  }
})

it('anchored questions ask about all new items about as often', () => {
  const times = new Map<number, number>()
  for (const { item } of anchoredQuestions(shelves, 5, 1))
    times.set(item, (times.get(item) ?? 0) + 1)
  const most = Math.max(...times.values())
  // Each user's own best decide, so that a few items that are nobody's best may be asked less.
  expect(most).toBeLessThanOrEqual(Math.ceil((users.length * 5) / times.size) + 3)
})

it('questions are the same each time, others with another seed, and only about what can be asked', () => {
  expect(anchoredQuestions(shelves, 5, 1)).toEqual(anchoredQuestions(shelves, 5, 1))
  expect(anchoredQuestions(shelves, 5, 2)).not.toEqual(anchoredQuestions(shelves, 5, 1))
  const odd = (item: number) => item % 2 === 1
  for (const list of [
    anchoredQuestions(shelves, 5, 1, odd),
    pairQuestions(input, weights, users, 5, 1, odd),
  ]) {
    expect(list.length).toBeGreaterThan(0)
    expect(list.every(({ item, other }) => odd(item) && odd(other) && item !== other)).toBe(true)
  }
  expect(anchoredQuestions(shelves, 5, 1, () => false)).toEqual([])
})
