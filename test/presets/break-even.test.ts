import { expect, it } from 'vitest'
import { firstThatPays } from '#src/presets/break-even.js'

const around = (mean: number, n: number) =>
  Array.from({ length: n }, (_, k) => mean + (k % 2 === 0 ? 0.001 : -0.001))

it.each<[string, [accuracy: number, gains: number[]][], string]>([
  ['one procedure', [[0.9, [0.02]]], 'at 0.9 +0.0200, n = 1, not tested below 5 procedures'],
  [
    'four',
    [
      [0.6, around(0.01, 4)],
      [0.9, around(0.02, 4)],
    ],
    'at 0.9 +0.0200 ± 0.0006, n = 4, not tested below 5 procedures',
  ],
  ['two of the same gain', [[NaN, [0.02, 0.02]]], '+0.0200, n = 2, not tested below 5 procedures'],
  ['six of the same gain', [[0.9, [0.02, 0.02, 0.02, 0.02, 0.02, 0.02]]], 'does not pay'],
  ['six of a loss', [[0.9, around(-0.02, 6)]], 'does not pay'],
  [
    'six of a gain',
    [
      [0.6, around(0, 6)],
      [0.9, around(0.02, 6)],
    ],
    'pays from 0.9 on (+0.0200 ± 0.0004, n = 6)',
  ],
  ['six of the real judge', [[NaN, around(0.02, 6)]], 'pays (+0.0200 ± 0.0004, n = 6)'],
])('of %s it says what pays, or that it is not tested', (_, gains, said) => {
  expect(firstThatPays(new Map(gains))).toBe(said)
})
