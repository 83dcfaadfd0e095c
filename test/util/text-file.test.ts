import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { eachLine } from '#src/dataset/lines.js'
import { jsonIn, readText } from '#src/util/text-file.js'
import { folderOf } from '../support/files.js'

const lines = ['{"id":', '"é 漢 🚲"', '}']

/** The same text, as programs write it. */
const encodings: [string, Buffer][] = [
  ['UTF-8 with LF', Buffer.from(lines.join('\n'))],
  ['UTF-8 with CRLF', Buffer.from(lines.join('\r\n'))],
  ['UTF-8 with a mark', Buffer.from('\ufeff' + lines.join('\n'))],
  ['UTF-8 with a mark and CRLF', Buffer.from('\ufeff' + lines.join('\r\n'))],
  ['UTF-16 LE with a mark and CRLF', Buffer.from('\ufeff' + lines.join('\r\n'), 'utf16le')],
  ['UTF-16 BE with a mark', Buffer.from('\ufeff' + lines.join('\n'), 'utf16le').swap16()],
]

describe.each(encodings)('%s', (_, bytes) => {
  it('is the same text, JSON and lines', async () => {
    const file = join(folderOf({ 'a.txt': bytes }), 'a.txt')
    expect(readText(file)).toBe(lines.join('\n'))
    expect(jsonIn(file)).toEqual({ id: 'é 漢 🚲' })
    const read: string[] = []
    await eachLine(file, (line) => read.push(line))
    expect(read).toEqual(lines)
  })
})

it.each([
  ['absent', 'no.json', /no\.json: there is no such file/],
  ['a folder', '.', /cannot be read \(EISDIR\)/],
  ['no JSON', 'a.json', /a\.json: not a readable JSON file: /],
])('a file that is %s is an error that names it', (_, name, said) => {
  const folder = folderOf({ 'a.json': '{' })
  expect(() => jsonIn(join(folder, name))).toThrow(said)
})
