import { expect, it } from 'vitest'
import { confidenceWords } from '#src/util/confidence.js'
import { markup } from '#src/util/html.js'
import { money } from '#src/util/money.js'
import { bullets, folded, literal, pointList, section, tableBox } from '#src/util/page-parts.js'
import { page } from '#src/util/page.js'
import { pOfInterval } from '#src/util/statistics.js'

const hostile = `<a href="x" title='y'>&amp;</a>`
const shown = '&#60;a href=&#34;x&#34; title=&#39;y&#39;&#62;&#38;amp;&#60;/a&#62;'

it('a page is allowed nothing that it does not name', () => {
  const text = page(hostile, markup`<p>${hostile}</p>`, ['img-src data:'])
  expect(text).toContain(`<title>${shown}</title>`)
  expect(/content="(default-src .*?)"/.exec(text)?.[1].split('; ')).toEqual([
    "default-src 'none'",
    "frame-src 'none'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "style-src 'unsafe-inline'",
    'img-src data:',
  ])
})

const cell = {
  value: hostile as unknown as number,
  text: hostile,
  bar: hostile as unknown as number,
}
it.each([
  [
    'points',
    pointList([
      { label: hostile, text: hostile },
      { label: '', text: [hostile] },
    ]),
    3,
  ],
  ['a list', bullets([hostile, hostile]), 2],
  ['a part', section(hostile, markup``), 1],
  ['a folded part', folded(hostile, markup``), 1],
  ['a command', literal(hostile), 1],
  [
    'a table',
    tableBox({ name: hostile, caption: hostile, head: [hostile], rows: [[hostile], [cell]] }),
    7,
  ],
])('%s shows texts as they are, and never as markup', (_, { text }, times) => {
  expect(text.split(shown)).toHaveLength(times + 1)
  expect(text).not.toContain('<a')
})

it('a bar is the share of the longest one', () => {
  const rows = [0, 0.5, 1].map((bar) => [{ value: bar, text: '', bar }])
  const { text } = tableBox({ name: 'a', caption: '', head: ['x'], rows })
  expect(text.match(/width: [\d.]+%/g)).toEqual(['width: 0.0%', 'width: 50.0%', 'width: 100.0%'])
})

it('a number stays with its %', () => {
  expect(bullets(['95 % of 3']).text).toBe('<ul><li>95\u00a0% of 3</li></ul>')
})

it.each([
  [12.4, '12.40 USD'],
  [1234.567, '1234.57 USD'],
  [0.5, '0.50 USD'],
  [0.00421, '0.0042 USD'],
  [0, '0.00 USD'],
])('%d is %s', (amount, text) => {
  expect(money(amount, 'USD')).toBe(text)
})

it.each([
  [0.0005, /^High.*1,000 times$/],
  [0.03, /^Fair.*20 times$/],
  [0.05, /^Low/],
  [undefined, /^Not known$/],
  [NaN, /^Not known$/],
])('p of %d in words', (p, words) => {
  expect(confidenceWords(p)).toMatch(words)
})

// z of 1.96 is p of .05, z of 3.29 p of .001 (tables of the normal distribution).
it.each([
  [[0, 2], 0.05],
  [[-2, 0], 0.05],
  [[3.290527 / 1.959964 - 1, 3.290527 / 1.959964 + 1], 0.001],
  [[-1, 1], 1],
] as [[number, number], number][])('an interval of %j is a p of %d', (interval, p) => {
  expect(pOfInterval(interval)).toBeCloseTo(p, 6)
})
