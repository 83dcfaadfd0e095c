import { describe, expect, it } from 'vitest'
import { shelfAnswers, type ShelfAnswer, worthOf } from '#src/shelf/worth.js'
import { stream } from '#src/util/random.js'

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))
const slope = 2

/** Answers of a judge who follows the model of worth, with these b and this liking of new items. */
function answersOf(
  b: number[],
  liking: number,
  count: number,
  anchored: boolean,
  agreement = 1,
): ShelfAnswer[] {
  const rng = stream(3, 'answers')
  return Array.from({ length: count }, () => {
    const item = rng.below(b.length)
    const other = (item + 1 + rng.below(b.length - 1)) % b.length
    const gap = rng.normal()
    const logit =
      0.7 * (agreement * slope * gap + b[item] - (anchored ? 0 : b[other])) +
      (anchored ? liking : 0)
    const target = rng.uniform() < sigmoid(logit) ? 1 : 0
    return { item, ...(anchored ? {} : { other }), gap, target }
  })
}

describe('worth', () => {
  const b = [-0.9, -0.3, 0, 0.3, 0.9]
  // Of many answers the prior, N(0, 1/5), is hardly felt; the mean of b lies in the liking.
  it.each([
    ['against known items', true, 0.8],
    ['between new items', false, 0],
  ])(
    'is found from answers %s, and told apart from a liking of what is new',
    (_, anchored, liking) => {
      const { ofItem, liking: found } = worthOf(answersOf(b, liking, 20_000, anchored), slope)
      b.forEach((value, item) => expect(ofItem.get(item)! * slope).toBeCloseTo(value, 0))
      expect([...ofItem].sort((x, y) => x[1] - y[1]).map(([item]) => item)).toEqual([0, 1, 2, 3, 4])
      expect(found).toBeCloseTo(liking, anchored ? 0 : 12)
    },
  )

  it('does not take a judge who looks away from the shelf’s scores for one who contradicts them', () => {
    const answers = answersOf([0, 0, 0, 0, 0], 0.8, 20_000, true, 0)
    const high = answers.map((answer) => ({ ...answer, gap: answer.gap + answer.item }))
    const { ofItem, agreement } = worthOf(high, slope)
    expect(agreement).toBeCloseTo(0, 1)
    for (const worth of ofItem.values()) expect(worth * slope).toBeCloseTo(0, 0)
  })

  it('is the maximum of its objective', () => {
    const answers = answersOf([0.5, -0.5, 0.1], 0.4, 60, true)
    const { ofItem, liking, agreement } = worthOf(answers, slope)
    const fitted = [0, 1, 2].map((item) => ofItem.get(item)! * slope)
    const objective = (b: number[], c: number, a = agreement) =>
      answers.reduce(
        (sum, { item, gap, target }) => {
          const p = sigmoid(0.7 * (a * slope * gap + b[item]) + c)
          return sum + target * Math.log(p) + (1 - target) * Math.log(1 - p)
        },
        -((a - 1) ** 2) / 2,
      ) - b.reduce((sum, x) => sum + (5 / 2) * x * x, 0)
    const best = objective(fitted, liking)
    for (const d of [-0.05, 0.05]) {
      expect(objective(fitted, liking + d)).toBeLessThan(best)
      expect(objective(fitted, liking, agreement + d)).toBeLessThan(best)
      for (const k of [0, 1, 2])
        expect(
          objective(
            fitted.map((x, j) => (j === k ? x + d : x)),
            liking,
          ),
        ).toBeLessThan(best)
    }
  })

  it('is pulled to 0 where answers are few, and absent where there are none', () => {
    const one = worthOf([{ item: 4, other: 5, gap: 0, target: 1 }], slope)
    expect(one.ofItem.get(4)! * slope).toBeGreaterThan(0.02)
    expect(one.ofItem.get(4)! * slope).toBeLessThan(0.2)
    expect(one.ofItem.get(5)!).toBeCloseTo(-one.ofItem.get(4)!, 6)
    expect(worthOf([], slope)).toEqual({ ofItem: new Map(), liking: 0, agreement: 1 })
  })
})

it('an answer is graded by its margin, and a question without one is left out', () => {
  const question = { user: 1, item: 7, other: 3, anchored: true, gap: 0.5 }
  const answers = shelfAnswers(
    [question, question, question, { ...question, anchored: false }],
    [
      { user: 1, preferred: 7, other: 3 },
      { user: 1, preferred: 3, other: 7, margin: Math.log(3) },
      undefined,
      { user: 1, preferred: 7, other: 3, margin: 0 },
    ],
  )
  expect(answers).toEqual([
    { item: 7, gap: 0.5, target: 1 },
    { item: 7, gap: 0.5, target: expect.closeTo(0.25, 12) as number },
    { item: 7, other: 3, gap: 0.5, target: 0.5 },
  ])
})
