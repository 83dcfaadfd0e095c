import { expect, it } from 'vitest'
import { grid } from '#src/util/grid.js'
import { visible, visibleLine } from '#src/util/visible.js'

/** Texts, and as a terminal may show them; the second where it is as it was. */
const texts: [name: string, text: string, shown?: string][] = [
  ['a colour', 'a\x1b[31mb', 'a\\u001b[31mb'],
  ['a title of the window', '\x1b]0;x\x07', '\\u001b]0;x\\u0007'],
  [
    'a link',
    '\x1b]8;;http://x\x1b\\y\x1b]8;;\x1b\\',
    '\\u001b]8;;http://x\\u001b\\y\\u001b]8;;\\u001b\\',
  ],
  ['a carriage return', 'yes\rno', 'yes\\u000dno'],
  ['C1', 'a\x9b2Jb\x9d\x85', 'a\\u009b2Jb\\u009d\\u0085'],
  ['backspace, NUL and DEL', 'a\b\0\x7f', 'a\\u0008\\u0000\\u007f'],
  ['turned text', 'a\u202egnp\u202c', 'a\\u202egnp\\u202c'],
  ['isolates and marks', '\u2066a\u2069\u200e\u200f\u061c', '\\u2066a\\u2069\\u200e\\u200f\\u061c'],
  ['no width', 'pay\u200bpal\u2060\ufeff\u00ad', 'pay\\u200bpal\\u2060\\ufeff\\u00ad'],
  ['joiners in ASCII', 'pay\u200dpal\u200c', 'pay\\u200dpal\\u200c'],
  ['tags', 'a\u{e0041}', 'a\\udb40\\udc41'],
  ['fillers', 'a\u3164\uffa0', 'a\\u3164\\uffa0'],
  ['line separators', 'a\u2028b\u2029', 'a\\u2028b\\u2029'],
  ['letters', 'é 漢字 עברית ß 🚲'],
  ['joiners that scripts and emoji need', 'می\u200cخواهم 👩\u200d💻'],
  ['tabs and lines', 'a\tb\nc'],
  ['signs of Arabic', '\u0600\u06dd'],
]

it.each(texts)('%s', (_, text, shown = text) => {
  expect(visible(text)).toBe(shown)
  expect(visible(shown)).toBe(shown)
  // A JSON document is the same document.
  expect(JSON.parse(visible(JSON.stringify({ text })))).toEqual({ text })
})

it('a line has no other line in it', () => {
  expect(visibleLine('a\nunderstudy: all is well\t')).toBe('a\\u000aunderstudy: all is well\\u0009')
})

it('columns of a table stand where they should, whatever is in its cells', () => {
  const lines = grid(
    ['id', 'n'],
    [
      ['a\x1b[2Jb\nc', '1'],
      ['d', '22'],
    ],
  ).split('\n')
  expect(lines).toEqual([
    'id                   n',
    'a\\u001b[2Jb\\u000ac   1',
    'd                   22',
  ])
})
