import { expect, it } from 'vitest'
import { readConfig } from '#src/experiment/config.js'
import { answerOf, headline } from '#src/report/answer.js'
import { forest } from '#src/report/figures/forest.js'
import { textOf } from '#src/report/document.js'
import { testsTable } from '#src/report/run-tables.js'
import { inShort } from '#src/report/in-short.js'
import { plusMinus, runTable } from '#src/report/table.js'
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
    'Asking learned users finds more new items than asking random users: +17.8 % (95 %: +13.1 to +22.4).',
    ['5', '+0.0540', '+17.8', /^13.+ to 22.+$/, /^\d/, '< .001'],
  ],
  [
    'noise',
    compared(plus([0.05, -0.06, 0.04, -0.07, 0.05]), fives),
    'No difference is clear. Cannot be told apart: asking learned users against asking random users +0.7 % (95 %: -24.4 to +25.7).',
    ['5', '+0.0020', '+0.7', /^-24.+ to 25.+$/, '0.03', '0.945'],
  ],
  [
    'four procedures',
    compared(plus([0.05, 0.06, 0.04, 0.07]), fives.slice(0, 4)),
    'Too few procedures to tell: use at least 5 seeds (--seeds 5). Not tested (fewer than 5 procedures, or no spread): asking learned users against asking random users +18.3 % ± 2.2.',
    ['4', '+0.0550 ±.0065', '+18.3', '', '', ''],
  ],
  [
    // The run that printed "+8.9 % .. +8.9 %, d 1.2e15, p < .001".
    'two procedures that differ alike',
    compared([0.3267, 0.3376], [0.3, 0.3109]),
    'Too few procedures to tell: use at least 5 seeds (--seeds 5). Not tested (fewer than 5 procedures, or no spread): asking learned users against asking random users +8.7 % each time.',
    ['2', '+0.0267 each time', '+8.7', '', '', ''],
  ],
  [
    'the same users in every procedure',
    compared(fives, fives),
    'No difference is clear. The same in each procedure: asking learned users finds the same as asking random users.',
    ['5', '+0.0000 each time', '+0.0', '', '', ''],
  ],
  [
    'a base near zero',
    compared([0.05, 0.06, 0.04, 0.07, 0.05], [0, 0, 1e-9, 0, 0]),
    'Asking learned users finds more new items than asking random users: +5.4 points (95 %: +4.0 to +6.8).',
    ['5', '+0.0540', '', '0.0398 to 0.0682 (absolute)', /^\d/, '< .001'],
  ],
]

it.each(cases)('of %s the sentence and the tables say what is known', (_, one, said, cells) => {
  const run = result(one)
  expect(headline(run)).toBe(said)
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

/** Arms of a run with their questions and their recall among new items, in two procedures. */
const arms = (calls: Record<string, number>) =>
  Object.entries(calls).flatMap(([policy, count]) =>
    [0, 1].map((seed) => ({
      ...{ policy, seed, factors: {}, users: 300, calls: count, learningCalls: 0 },
      metrics: { [metric]: 0.3, 'shelf:recall@50': 0.2 },
    })),
  )
const asking = (one: Partial<Compared>, change: Partial<RunResult> = {}): RunResult => {
  const test = { ...compared(plus([0.05, 0.06, 0.04, 0.07, 0.05]), fives), ...one }
  const trials = arms({ learned: 3000, content: 0 }) as unknown as RunResult['trials']
  return { ...result(test), trials, ...change }
}
const low = { difference: -0.054, interval: [-0.068, -0.04], relative: -0.15 } as const

it.each([
  [
    'asking is clearly better',
    { against: 'content' },
    'Ask: asking learned users finds more new items than text alone: +17.8 % (95 %: +13.1 to +22.4).',
  ],
  [
    'text is clearly better',
    { arm: 'content', against: 'learned' },
    'Do not ask this judge: text alone finds more new items than asking learned users: +17.8 % (95 %: +13.1 to +22.4).',
  ],
  [
    'the other way round',
    { against: 'content', ...low, relativeInterval: [-0.2, -0.1] },
    'Do not ask this judge: asking learned users finds fewer new items than text alone: -15.0 % (95 %: -20.0 to -10.0).',
  ],
  [
    'nothing is clear',
    { against: 'content', p: 0.4, pHolm: 0.4 },
    'Do not ask this judge: nothing shows that it adds to text alone: asking learned users against text alone +17.8 % (95 %: +13.1 to +22.4).',
  ],
] as [string, Partial<Compared>, string][])('where %s, the answer says it', (_, one, said) => {
  expect(headline(asking(one))).toBe(said)
})

it('the first points of a page are the decision, its size, how sure it is, and its cost', () => {
  const points = inShort({ result: asking({ against: 'content' }), costs: [] })
  expect(points.map(({ label, text }) => [label, text])).toEqual([
    ['Ask?', expect.stringMatching(/^Ask: /)],
    [
      'What it brings',
      'Of the new items that users chose later, the first 50 places hold ' +
        '30.0 % (asking learned users) and 30.0 % (text alone): +5.4 points (95 %: +4.0 to +6.8). ' +
        'Of all that they chose, on lists of known and new items: ' +
        '20.0 % (asking learned users) and 20.0 % (text alone).',
    ],
    [
      'How sure',
      expect.stringMatching(/^High: .* The 95 % interval is 4\.0 to 6\.8 points, over 5/),
    ],
    [
      'What it costs',
      'Asking learned users: 3,000 questions about 300 users. They cost nothing: the model ran on this machine.',
    ],
    ['The question', 'which?'],
  ])
})

it('what was paid is said in its currency', () => {
  const one = { requests: 1200, amount: 0.4, currency: 'USD', priceOf: '2026-11-01' }
  const costs = [one, { ...one, requests: 34, amount: 12, currency: 'EUR' }]
  const points = inShort({ result: asking({ against: 'content' }), costs })
  expect(points.find(({ label }) => label === 'What it costs')?.text).toMatch(
    /The 1,234 questions of the whole run cost 0\.40 USD \(prices of 2026-11-01\) and 12\.00 EUR/,
  )
})

it('what cannot be told stands in one sentence', () => {
  const noise = compared(plus([0.05, -0.06, 0.04, -0.07, 0.05]), fives)
  const names = ['none', 'all', 'top:V', 'best-feature', 'a', 'b', 'c']
  const run = { ...result(noise), comparisons: names.map((against) => ({ ...noise, against })) }
  const [first, ...others] = answerOf(run).sentences
  expect(first).toBe('No difference is clear.')
  expect(others).toHaveLength(1)
  expect(headline(run)).toMatch(
    /against asking nobody .* against asking by highest V .* against c /,
  )
})

it('a mean of which a value is missing is no number', () => {
  expect(plusMinus({ mean: NaN, standardError: null })).toBe('-')
})
