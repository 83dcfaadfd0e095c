import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { synthesizeLaunch } from '#src/dataset/synthetic-launch.js'
import { readConfig } from '#src/experiment/config.js'
import { launch as place } from '#src/launch/launch.js'
import { understudy } from '../support/command.js'
import { folderOf } from '../support/files.js'

const day = 86_400
const start = Date.UTC(2024, 0, 1) / 1000
const lines = (rows: string[]) => rows.join('\n') + '\n'

/** 12 users and 20 items, i0 to i19, one interaction a day; then two items that are nearly new. */
const orders = [
  'user_id,item_id,timestamp',
  ...Array.from({ length: 60 }, (_, k) => `u${k % 12},i${(k * 7) % 20},${start + k * day}`),
  ...['u0,n1', 'u1,n1', 'u1,n2', 'solo,n2'].map((pair) => `${pair},${start + 60 * day}`),
]
const products = [
  'item_id,title',
  ...Array.from({ length: 26 }, (_, k) => `i${k},word${k % 5} tea${k % 3}`),
  'n1,word1 tea1',
  'n2,word2 tea2',
]
const shop = {
  'orders.csv': lines(orders),
  'products.csv': lines(products),
  'untimed.csv': lines(orders.map((line) => line.split(',').slice(0, 2).join(','))),
  'silent.csv': lines(products.map((line) => line.replace(/^(i2\d),.*/, '$1,'))),
  'known.csv': lines(products.filter((line) => !/^i2\d/.test(line))),
  'one.csv': lines(products.filter((line) => !/^i2[1-9]/.test(line))),
  'new.txt': 'i21\ni22\ni21\n',
  'empty.txt': '',
  'unknown.txt': 'i21\ni99\n',
  'bought.txt': 'n1\n',
  'no.csv': 'user_id,item_id\nzoe,i1\n',
}

/** Runs a launch; names of files stand for their paths. */
function launch(interactions: keyof typeof shop, items: keyof typeof shop, ...flags: string[]) {
  const folder = folderOf(shop)
  const out = join(folder, 'out')
  const paths = [interactions, items, ...flags].map((flag) =>
    flag in shop ? join(folder, flag) : flag,
  )
  const { status, stdout, stderr } = understudy(
    'launch',
    ...['--interactions', paths[0], '--items', paths[1], '--out', out],
    ...['--set', 'contentMap.rank=8', '--set', 'model.epochs=1'],
    ...paths.slice(2),
  )
  const rows = (file: string) =>
    readFileSync(join(out, file), 'utf8')
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','))
  return { status, stdout: stdout.replaceAll('\n', ' '), stderr, out, rows }
}

describe('new items that are chosen', () => {
  it('are those of a file', () => {
    const { status, stdout, rows } = launch('orders.csv', 'products.csv', '--new', 'new.txt')
    expect(status).toBe(0)
    expect(stdout).toContain('2 new items placed for 13 users')
    expect(stdout).toContain('note: 1 repeated id in new.txt: each counts once')
    expect(stdout).toContain(
      'note: 4 items of the metadata without interactions, not named in new.txt: left out',
    )
    expect(new Set(rows('audiences.csv').map(([item]) => item))).toEqual(new Set(['i21', 'i22']))
  })

  it('are those first bought since a date, which nobody is shown who has them', () => {
    const { status, stdout, rows, out } = launch(
      ...([
        'orders.csv',
        'products.csv',
        '--new-since',
        '2024-03-01',
        '--exposure',
        '0.5',
      ] as const),
    )
    expect(status).toBe(0)
    expect(stdout).toContain('8 new items placed for 12 users')
    expect(stdout).toContain(
      'note: 2 items first interacted with since 2024-03-01: new items; ' +
        '4 interactions with them left out, and with these 1 user without others',
    )
    const audience = rows('audiences.csv').map(([item, , , user]) => `${user} ${item}`)
    // 12 users for each of 8 items, but u0 and u1 have n1, and u1 has n2.
    expect(audience).toHaveLength(12 * 8 - 3)
    const shown = [...rows('recommendations.csv'), ...rows('recommendations-new.csv')]
    const pairs = [...audience, ...shown.map(([user, , item]) => `${user} ${item}`)]
    for (const pair of ['u0 n1', 'u1 n1', 'u1 n2']) expect(pairs).not.toContain(pair)
    expect(pairs).toContain('u0 n2')
    const { config } = JSON.parse(readFileSync(join(out, 'launch.json'), 'utf8')) as {
      config: { dataset: { newItems: object } }
    }
    expect(config.dataset.newItems).toEqual({ since: '2024-03-01' })
  })

  it('replace those of a file of settings', () => {
    const settings = ['--set', 'dataset.newItems.file="nothing"']
    const { status, stderr } = launch('orders.csv', 'products.csv', ...settings)
    expect(status).toBe(2)
    expect(stderr).toBe('understudy: nothing: there is no such file\n')
    const folder = folderOf({ 'config.json': '{"dataset":{"newItems":{"file":"nothing"}}}' })
    const config = ['--config', join(folder, 'config.json'), '--new', 'new.txt']
    expect(launch('orders.csv', 'products.csv', ...config).status).toBe(0)
  })

  it('are placed where none of them has text, and counted', () => {
    const { status, stdout } = launch('orders.csv', 'silent.csv')
    expect(status).toBe(0)
    expect(stdout).toContain('note: 6 of 6 new items have no text')
    expect(stdout).not.toContain('expect less')
  })

  it('promise less than the rehearsals gave where they have less text', async () => {
    const config = readConfig({
      dataset: { synthetic: { users: 400, items: 400 } },
      contentMap: { rank: 8 },
      model: { epochs: 1 },
    })
    const spoken = synthesizeLaunch(config.dataset.synthetic)
    const newItems = { ...spoken.newItems!, items: spoken.newItems!.items.map(() => ({})) }
    const { expected, notes } = await place({ ...spoken, newItems }, config)
    expect(expected).toBeDefined()
    expect(notes).toEqual([
      expect.stringMatching(
        /^\d+ of \d+ new items have no text: .*, so expect less than the rehearsals show$/,
      ),
    ])
  })

  it('may be one item, which takes no more than its place', () => {
    const { status, stdout, rows, out } = launch(
      ...(['orders.csv', 'one.csv', '--exposure', '0.1', '--k', '20'] as const),
    )
    expect(status).toBe(0)
    expect(stdout).toContain('1 new item placed for 13 users; it takes')
    expect(stdout).toContain(
      'note: 1 new item can take at most 5 % of the first 20 places, not 10 %',
    )
    expect(new Set(rows('recommendations-new.csv').map(([, , item]) => item))).toEqual(
      new Set(['i20']),
    )
    expect(readFileSync(join(out, 'launch.html'), 'utf8')).toContain('1 new item for 13 users')
  })
})

describe('a launch ends with one line and exit code 2, and writes nothing, for', () => {
  type Shop = keyof typeof shop
  it.each<[string, Shop, Shop, string[], RegExp]>([
    [
      'a file that is not there',
      'orders.csv',
      'products.csv',
      ['--new', 'none.txt'],
      /none\.txt: there is no such file/,
    ],
    [
      'an empty file',
      'orders.csv',
      'products.csv',
      ['--new', 'empty.txt'],
      /empty\.txt: the file is empty/,
    ],
    [
      'an id of no item',
      'orders.csv',
      'products.csv',
      ['--new', 'unknown.txt'],
      /unknown\.txt:2: item_id "i99" is not in the catalogue/,
    ],
    [
      'an item with interactions',
      'orders.csv',
      'products.csv',
      ['--new', 'bought.txt'],
      /bought\.txt:1: item_id "n1" has interactions.* --new-since/,
    ],
    [
      'no date',
      'orders.csv',
      'products.csv',
      ['--new-since', 'soon'],
      /dataset\.newItems\.since = "soon": not a date/,
    ],
    [
      'a date without timestamps',
      'untimed.csv',
      'products.csv',
      ['--new-since', '2024-03-01'],
      /--new-since .* needs timestamps/,
    ],
    [
      'a date after everything',
      'orders.csv',
      'products.csv',
      ['--new-since', '2030-01-01'],
      /is after the last interaction, of 2024-03-01/,
    ],
    [
      'a date since when all is new',
      'orders.csv',
      'products.csv',
      ['--new-since', '2000-01-01'],
      /all 22 items were first interacted with since 2000-01-01; use a later --new-since/,
    ],
    [
      'both flags',
      'orders.csv',
      'products.csv',
      ['--new', 'new.txt', '--new-since', '2024-03-01'],
      /give either file \(--new\) or since/,
    ],
    [
      'an excluded user who is not there',
      'orders.csv',
      'known.csv',
      ['--new-since', '2024-03-01', '--exclude', 'no.csv'],
      /no\.csv: nothing to exclude: 1 row of unknown users/,
    ],
    [
      'no new items',
      'orders.csv',
      'known.csv',
      [],
      /orders has no new items: .*--new.*--new-since/,
    ],
  ])('%s', (_, interactions, items, flags, message) => {
    const { status, stdout, stderr, out } = launch(interactions, items, ...flags)
    const said = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('orders: '))
    expect(said).toHaveLength(1)
    expect(said[0]).toMatch(message)
    expect(stdout).toBe('')
    expect(status).toBe(2)
    expect(existsSync(out)).toBe(false)
  })
})
