import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { eachLine } from '#src/dataset/lines.js'
import { folderOf } from '../support/files.js'

describe('bytes that are not UTF-8', () => {
  const letter = Buffer.from('\ufffd')
  const stray = Buffer.from([0xff])
  // Blocks of a file end inside a letter.
  const filler = (bytes: number) => Buffer.from('x'.repeat(bytes))
  const block = 2 ** 20
  it.each<[string, Buffer[], boolean]>([
    ['a stray byte', [stray], true],
    ['a letter that is cut off at the end', [Buffer.from([0xef, 0xbf])], true],
    ['a stray byte beside the letter U+FFFD itself', [letter, stray], true],
    ['the letter U+FFFD itself', [letter, letter], false],
    ['the letter at the end of a block', [filler(block - 3), letter, letter], false],
    ['the letter over two blocks', [filler(block - 1), letter, filler(block - 4), letter], false],
    ['the same one byte later', [filler(block - 2), letter, filler(block - 3), letter], false],
    ['another letter', [Buffer.from('ü😀')], false],
  ])('are found: %s', async (_, parts, damaged) => {
    const file = join(folderOf({}), 'a.txt')
    writeFileSync(file, Buffer.concat([...parts, Buffer.from('\nend')]))
    const said = await eachLine(file, () => {})
    expect(said).toEqual({ lines: 2, damaged })
  })
})
