import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type IdColumns, readIdTable } from '#src/dataset/door/id-table.js'
import { folderOf } from '../support/files.js'

const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')

async function read(name: string, content: string | Uint8Array, users: IdColumns['users']) {
  const rows = await readIdTable(join(folderOf({ [name]: content }), name), { users })
  return rows.map(({ user, item, at }) => [user, item, at.line])
}

describe('ids of items', () => {
  it.each<[string, string, string | Uint8Array, [string, number][]]>([
    [
      'one a line',
      'a.txt',
      'x\n\ny, z\n "q" \n',
      [
        ['x', 1],
        ['y, z', 3],
        ['"q"', 4],
      ],
    ],
    ['of one line', 'a.txt', 'x', [['x', 1]]],
    [
      'after a byte-order mark, with CR LF',
      'a.txt',
      '\ufeffx\r\ny\r\n',
      [
        ['x', 1],
        ['y', 2],
      ],
    ],
    [
      'in UTF-16',
      'a.txt',
      utf16('x\r\né\r\n'),
      [
        ['x', 1],
        ['é', 2],
      ],
    ],
    [
      'in a gzip file',
      'a.txt.gz',
      'x\ny\n',
      [
        ['x', 1],
        ['y', 2],
      ],
    ],
    [
      'below their name',
      'a.csv',
      'item_id\nx\n\n"y, z"\n',
      [
        ['x', 2],
        ['y, z', 4],
      ],
    ],
    [
      'in a column of semicolons',
      'a.csv',
      'n;sku\n"1\n2";x\n3;y\n',
      [
        ['x', 2],
        ['y', 4],
      ],
    ],
    [
      'in JSON lines',
      'a.jsonl',
      '{"item_id":7}\n{"item_id":"y"}\n',
      [
        ['7', 1],
        ['y', 2],
      ],
    ],
    ['in a JSON list', 'a.json', '[{"id":1,"product_id":"x"}]', [['x', 1]]],
  ])('may stand %s', async (_, name, content, expected) => {
    expect(await read(name, content, 'none')).toEqual(expected.map(([id, at]) => ['', id, at]))
  })

  it.each<[string, string, RegExp]>([
    ['an empty cell', 'why,item_id\nnow,x\n\nnow,\n', /a:4: "item_id" is empty; an item id is/],
    ['a short line', 'why,item_id\nnow\n', /a:2: the line has fewer cells than the header/],
    ['a zip archive', 'PK\u0003\u0004', /a: the file is a zip archive: unzip it first/],
  ])('are refused with %s', async (_, content, message) => {
    await expect(read('a', content, 'none')).rejects.toThrow(message)
  })
})

describe('ids of users and items', () => {
  it('may lack the user where none is needed', async () => {
    const text = 'item_id\tuser_id\nx\t\ny\tann\n'
    const expected = [
      ['', 'x', 2],
      ['ann', 'y', 3],
    ]
    expect(await read('a.tsv', text, 'optional')).toEqual(expected)
    await expect(read('a.tsv', text, 'needed')).rejects.toThrow(/a\.tsv:2: "user_id" is empty/)
  })
})
