import { expect, it } from 'vitest'
import { escapeHtml, lines, markup, trusted } from '#src/util/html.js'

const hostile = `<a href="x" title='y'>&amp;</a>`
const shown = '&#60;a href=&#34;x&#34; title=&#39;y&#39;&#62;&#38;amp;&#60;/a&#62;'
const unchecked = (value: unknown) => value as number

it.each([
  ['a text', markup`<p>${hostile}</p>`, `<p>${shown}</p>`],
  ['a text in an attribute', markup`<p title="${hostile}">`, `<p title="${shown}">`],
  ['a number', markup`<p>${0.1}</p>`, '<p>0.1</p>'],
  ['a text where a number belongs', markup`<p>${unchecked(hostile)}</p>`, `<p>${shown}</p>`],
  [
    'a thing that is no number',
    markup`<p>${unchecked({ text: hostile })}</p>`,
    '<p>[object Object]</p>',
  ],
  ['a piece', markup`<p>${markup`<b>${hostile}</b>`}</p>`, `<p><b>${shown}</b></p>`],
  ['pieces', markup`<p>${[markup`<i>`, markup`${hostile}`]}</p>`, `<p><i>${shown}</p>`],
  ['lines', lines([markup`<i>`, markup`${hostile}`]), `<i>\n${shown}`],
  ['our own markup', markup`<style>${trusted('a > b')}</style>`, '<style>a > b</style>'],
])('%s', (_, piece, text) => {
  expect(piece.text).toBe(text)
})

it('a list that is no list of pieces is escaped too', () => {
  expect(markup`${unchecked([hostile, 1])}`.text).toBe(`${shown}1`)
  expect(escapeHtml(undefined)).toBe('undefined')
})
