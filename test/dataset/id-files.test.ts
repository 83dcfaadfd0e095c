import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { idFinder, idLines, readIds } from '#src/dataset/id-files.js'
import { DataError } from '#src/util/errors.js'
import { start } from '../support/command.js'
import { folderOf } from '../support/files.js'

const read = (text: string, ids: string[]) =>
  Array.from(readIds(text, 'users.txt', idFinder(ids, 'user', 'here')), (index) => ids[index])

describe('ids, one a line', () => {
  it.each([
    ['u1', 'u1'],
    ['a b', 'a b'],
    ['two\nlines', String.raw`"two\nlines"`],
    ['ends in\r', String.raw`"ends in\r"`],
    ['"quoted"', String.raw`"\"quoted\""`],
    ['5" nail', '5" nail'],
    ['\ufeffu', '"\ufeffu"'],
  ])('%j is written as %s', (id, line) => {
    expect(idLines([id])).toBe(`${line}\n`)
    expect(read(idLines([id]), [id])).toEqual([id])
  })

  it('come back, whatever their text', () =>
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ unit: 'binary' })), (ids) => {
        expect(read(idLines(ids), ids)).toEqual(ids)
      }),
    ))

  it('written by hand may begin with a quote, and end in CR LF after a byte-order mark', () => {
    expect(read('\ufeff"a\r\nb\r\n', ['"a', 'b'])).toEqual(['"a', 'b'])
    expect(() => read('"a', ['a'])).toThrow(DataError)
  })
})

it('users with line breaks in their ids survive select and augment', async () => {
  const rows = ['user_id,item_id,timestamp']
  for (let user = 0; user < 40; user++)
    for (let k = 0; k < 6; k++)
      rows.push(`"user\n""${user}""",i${(user * 7 + k * 11) % 60},${1e9 + user + 40 * k}`)
  const items = Array.from({ length: 60 }, (_, k) => `i${k},Soap ${k}`)
  const folder = folderOf({
    'orders.csv': rows.join('\n'),
    'items.csv': ['item_id,title', ...items].join('\n'),
  })
  const shop = [
    '--interactions',
    `${folder}/orders.csv`,
    '--items',
    `${folder}/items.csv`,
    '--split',
    'random',
  ]
  shop.push('--set', 'policy.budget=5')
  const users = `${folder}/users.txt`
  const selected = await start('select', ...shop, '--policy', 'all', '--out', users).ended
  expect(selected.status, selected.stderr).toBe(0)
  const augmented = await start('augment', ...shop, '--users', users, '--pairs', '1').ended
  expect(augmented.status, augmented.stderr).toBe(0)
  const pairs = augmented.stdout.trim().split('\n')
  const { user } = JSON.parse(pairs[0]) as { user: string }
  expect(user).toMatch(/^user\n"\d+"$/)
})
