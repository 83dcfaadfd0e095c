import { expect, it } from 'vitest'
import { aboveChance, auditVerdict, percentOf, percentOfN } from '#src/judge/sentences.js'
import { shareOf } from '#src/util/statistics.js'

it.each([
  // Exact binomial, two-sided p at one half: 6 of 6 .031, 5 of 5 .063, 15 of 20 .041,
  // 14 of 20 .115.
  [1, 1, false],
  [4, 4, false],
  [5, 5, false],
  [6, 6, true],
  [15, 20, true],
  [14, 20, false],
  [59, 100, false],
  [61, 100, true],
  [0, 0, false],
  [0, 50, false],
])('%d right of %d is above chance: %s', (right, n, expected) => {
  expect(aboveChance(shareOf(right, n))).toBe(expected)
})

it.each<[string, [number, number], [number, number], RegExp]>([
  ['no answers', [0, 0], [0, 0], /^none of its answers could be used/],
  ['few answers', [3, 3], [1, 1], /^only 3 .* too few to compare/],
  ['a coin', [50, 100], [20, 40], /^its answers cannot be told from chance/],
  [
    'few where content is wrong',
    [90, 100],
    [3, 3],
    /^better than chance, but .* in only 3 .* too few/,
  ],
  ['an echo of content', [70, 100], [10, 30], /adds nothing to content$/],
  ['a judge', [80, 100], [28, 35], /^better than chance also where/],
])('the verdict on %s', (_, right, wrong, said) => {
  const audit = { accuracy: shareOf(...right), whereContentWrong: shareOf(...wrong) }
  expect(auditVerdict(audit)).toMatch(said)
})

it.each([
  [3, 4, '75.0 ± 21.7 %', '75.0 ± 21.7 % of 4'],
  [3, 3, '100.0 %', '100.0 % of 3'],
  [0, 7, '0.0 %', '0.0 % of 7'],
  [0, 0, '0.0 %', 'none of 0'],
])('%d of %d is %s, in a sentence %s', (hits, n, alone, withN) => {
  expect(percentOf(shareOf(hits, n))).toBe(alone)
  expect(percentOfN(shareOf(hits, n))).toBe(withN)
})
