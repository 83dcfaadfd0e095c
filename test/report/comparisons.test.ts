import { expect, it } from 'vitest'
import { readConfig } from '#src/experiment/config.js'
import { forest } from '#src/report/figures/forest.js'
import { textOf } from '#src/report/document.js'
import { testsTable } from '#src/report/run-tables.js'
import { headline, plusMinus, runTable } from '#src/report/table.js'
import type { Compared } from '#src/run/comparisons.js'
import type { RunResult } from '#src/run/result.js'
import { pairedT } from '#src/util/statistics.js'

const metric = 'cold:recall@50'
const compared = (x: number[], y: number[]): Compared => {
  const test = pairedT(x, y)
  const holm = test.p === undefined ? {} : { pHolm: test.p }
  return { arm: 'learned', against: 'random', factors: {}, metric, ...test, ...holm }
}
const result = (one: Compared): RunResult =>
  ({
    title: 'a run',
    question: 'which?',
    seeds: Array.from({ length: one.n }, (_, seed) => seed),
    config: readConfig({}),
    provenance: { dataset: 'a shop', engine: 'wasm' },
    data: {
      ...{ users: 3, items: 3, interactions: 9, coldTestItems: 2, evaluatedUsers: 3 },
      chance: { 'recall@10': 0.1, 'recall@50': 0.5 },
      unavailableFeatures: [],
    },
    judge: 'a judge',
    trials: [],
    comparisons: [one],
    diagnostics: [],
  }) as unknown as RunResult

const fives = [0.3, 0.31, 0.29, 0.3, 0.32]
const plus = (by: number[], to = fives) => by.map((x, k) => to[k] + x)
const cases: [string, Compared, string, (string | RegExp)[]][] = [
  [
    'a clear gain',
    compared(plus([0.05, 0.06, 0.04, 0.07, 0.05]), fives),
    'beats random (+17.8 %, p < .001)',
    ['5', '+0.0540', '+17.8', /^13.+ to 22.+$/, /^\d/, '< .001'],
  ],
  [
    'noise',
    compared(plus([0.05, -0.06, 0.04, -0.07, 0.05]), fives),
    'cannot be told from random (+0.7 %, p = 0.945)',
    ['5', '+0.0020', '+0.7', /^-24.+ to 25.+$/, '0.03', '0.945'],
  ],
  [
    'four procedures',
    compared(plus([0.05, 0.06, 0.04, 0.07]), fives.slice(0, 4)),
    'against random +0.0550 ±.0065 (+18.3 %, n = 4, not tested)',
    ['4', '+0.0550 ±.0065', '+18.3', '', '', ''],
  ],
  [
    // The run that printed "+8.9 % .. +8.9 %, d 1.2e15, p < .001".
    'two procedures that differ alike',
    compared([0.3267, 0.3376], [0.3, 0.3109]),
    'against random +0.0267 each time (+8.7 %, n = 2, not tested)',
    ['2', '+0.0267 each time', '+8.7', '', '', ''],
  ],
  [
    'the same users in every procedure',
    compared(fives, fives),
    'is the same as random in each of 5 procedures',
    ['5', '+0.0000 each time', '+0.0', '', '', ''],
  ],
  [
    'a base near zero',
    compared([0.05, 0.06, 0.04, 0.07, 0.05], [0, 0, 1e-9, 0, 0]),
    'beats random (+0.0540, p < .001)',
    ['5', '+0.0540', '', '0.0398 to 0.0682 (absolute)', /^\d/, '< .001'],
  ],
]

it.each(cases)('of %s the sentence and the tables say what is known', (_, one, said, cells) => {
  const run = result(one)
  expect(headline(run)).toBe(`cold recall@50: learned ${said}.`)
  const [row] = testsTable(run).rows
  expect(row.slice(2, 8).map(textOf)).toEqual(
    cells.map((cell) =>
      typeof cell === 'string' ? cell : (expect.stringMatching(cell) as string),
    ),
  )
  const tested = one.p !== undefined
  const text = runTable(run)
  expect(/ p Holm/.test(text)).toBe(tested)
  expect(/not tested below|Fewer than 5 procedures are not tested/.test(text)).toBe(one.n < 5)
  expect(/\be\d\d\b|NaN|Infinity|undefined/.test(text + JSON.stringify(forest(run) ?? {}))).toBe(
    false,
  )
})

it('a mean of which a value is missing is no number', () => {
  expect(plusMinus({ mean: NaN, standardError: null })).toBe('-')
})
