import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { start, understudy } from '../support/command.js'
import { folderOf, sharedFolder } from '../support/files.js'
import { smallLaunch } from '../support/launched.js'
import { readModel } from '#src/two-tower/model-files.js'

const folder = sharedFolder()
const out = join(folder, 'launch')
const rowsOf = (file: string) =>
  readFileSync(join(out, file), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','))

describe('understudy launch', () => {
  it('writes lists, audiences, vectors and a page, and says what to expect', () => {
    const { status, stdout } = understudy(
      'launch',
      ...smallLaunch,
      '--out',
      out,
      '--k',
      '5',
      '--json',
    )
    expect(status).toBe(0)
    const said = JSON.parse(stdout) as {
      newItems: number
      users: number
      expected: { withNew: { per1000: number }; knownOnly: { per1000: number } }
    }
    expect(said.newItems).toBeGreaterThan(5)
    expect(said.expected.withNew.per1000).toBeGreaterThan(0)
    expect(rowsOf('recommendations.csv')).toHaveLength(5 * said.users)
    expect(rowsOf('recommendations-new.csv')).toHaveLength(5 * said.users)
    expect(readdirSync(out).sort()).toEqual([
      'audiences.csv',
      'audiences.parquet',
      'launch.html',
      'launch.json',
      'model',
      'recommendations-new.csv',
      'recommendations-new.parquet',
      'recommendations.csv',
      'recommendations.parquet',
    ])
    expect(existsSync(`${out}.part`)).toBe(false)
  })

  it('writes vectors whose plain dot product gives the same ranking', () => {
    const { model, userIds, itemIds } = readModel(join(out, 'model'))
    const lists = rowsOf('recommendations.csv')
    const known = new Set(lists.map(([user]) => user))
    for (const user of [...known].slice(0, 5)) {
      const own = lists.filter((row) => row[0] === user)
      const u = userIds.indexOf(user)
      const score = (item: string) => {
        const i = itemIds.indexOf(item)
        let sum = 0
        for (let d = 0; d < model.dim; d++)
          sum += model.users[u * model.dim + d] * model.items[i * model.dim + d]
        return sum
      }
      const scores = own.map((row) => score(row[2]))
      expect([...scores].sort((a, b) => b - a)).toEqual(scores)
      own.forEach((row, k) => expect(Number(row.at(-2))).toBeCloseTo(scores[k], 4))
    }
  })

  it('gives the same bytes again', () => {
    const again = join(folder, 'again')
    understudy('launch', ...smallLaunch, '--out', again, '--k', '5')
    for (const file of ['recommendations.csv', 'audiences.csv', 'model/items.npy'])
      expect(readFileSync(join(again, file)).equals(readFileSync(join(out, file)))).toBe(true)
  })

  it.each([
    ['no new item', 'a,Tea\nb,Coffee\n', [], /has no new items/],
    [
      'a catalogue without text',
      'a,\nb,\nnew,\n',
      [],
      /no item has text: give a catalogue .*--item-column title=name/,
    ],
    [
      'a catalogue that matches nothing',
      'x,Tea\ny,Coffee\n',
      [],
      /text of none of the 2 items of the interactions/,
    ],
    [
      'an exclusion of nobody',
      'a,Tea\nb,Coffee\nnew,Cocoa\n',
      ['--exclude'],
      /no\.csv: nothing to exclude: 1 row of unknown users; do its ids match\?/,
    ],
  ])('refuses %s in one line and writes nothing', (_, items, flags, message) => {
    const files = folderOf({
      'orders.csv': 'user_id,item_id,timestamp\nann,a,1e9\nann,b,1e9\nbob,a,1e9\n',
      'products.csv': `item_id,title\n${items}`,
      'no.csv': 'user_id,item_id\nzoe,a\n',
    })
    const to = join(files, 'out')
    const { status, stderr } = understudy(
      'launch',
      ...['--interactions', join(files, 'orders.csv'), '--items', join(files, 'products.csv')],
      ...['--out', to, '--column', 'timestamp=timestamp'],
      ...flags.flatMap((flag) => [flag, join(files, 'no.csv')]),
    )
    expect(status).toBe(2)
    expect(stderr).toMatch(message)
    expect(existsSync(to)).toBe(false)
  })

  it('ends at once on Ctrl-C, and the next one removes what a killed one left behind', async () => {
    const at = folderOf({})
    const to = join(at, 'out')
    const { process: child, ended } = start('launch', '--out', to)
    child.stderr.once('data', () => child.kill('SIGINT'))
    const { stdout } = await ended
    expect([stdout, child.signalCode]).toEqual(['', 'SIGINT'])
    expect(readdirSync(at)).toEqual([])
    const dead = spawnSync(process.execPath, ['--version']).pid
    const left = [`out.${dead}.part`, `out.${process.pid}.part`, 'out.part', `other.${dead}.part`]
    for (const name of left) mkdirSync(join(at, name))
    expect(understudy('launch', ...smallLaunch, '--out', to).status).toBe(0)
    expect(readdirSync(at).sort()).toEqual(['out', ...left.slice(1)].sort())
  })

  it('refuses to write over a folder that is no launch, before it works', () => {
    const to = folderOf({ 'mine.txt': 'mine' })
    const { status, stderr } = understudy('launch', ...smallLaunch, '--out', to)
    expect(status).toBe(2)
    expect(stderr.trim()).toBe(`understudy: ${to} exists and is not a launch; choose another --out`)
    expect(readdirSync(to)).toEqual(['mine.txt'])
    const inFile = understudy('launch', ...smallLaunch, '--out', join(to, 'mine.txt', 'launch'))
    expect(inFile.status).toBe(2)
    expect(inFile.stderr).toMatch(/launch: a part of the path is a file, not a folder; .*\n$/)
  })

  it.skipIf(process.getuid?.() === 0)('refuses a folder that cannot be written to', () => {
    const to = folderOf({})
    chmodSync(to, 0o555)
    const { status, stderr } = understudy('launch', ...smallLaunch, '--out', join(to, 'a', 'b'))
    const line = expect.stringMatching(`^understudy: nothing can be written to ${to}: .*EACCES`)
    expect([status, stderr]).toEqual([2, line])
  })

  it('writes into an empty folder', () => {
    const to = folderOf({})
    expect(understudy('launch', ...smallLaunch, '--out', to).status).toBe(0)
    expect(readdirSync(to)).toContain('launch.json')
  })

  it('places new items with care where nothing can be rehearsed, and says so', () => {
    const files = folderOf({
      'orders.csv': `user_id,item_id\n${Array.from({ length: 60 }, (_, k) => `u${k % 12},i${(k * 7) % 20}`).join('\n')}\n`,
      'products.csv': `item_id,title\n${Array.from({ length: 26 }, (_, k) => `i${k},word${k % 5} tea${k % 3}`).join('\n')}\n`,
    })
    const to = join(files, 'out')
    const { status, stdout } = understudy(
      'launch',
      ...['--interactions', join(files, 'orders.csv'), '--items', join(files, 'products.csv')],
      ...['--out', to],
    )
    expect(status).toBe(0)
    expect(stdout).toContain('There was no rehearsal, so the expected hits are not known.')
    expect(stdout).toContain('no rehearsal: the interactions have no timestamps')
    expect(readFileSync(join(to, 'launch.html'), 'utf8')).toContain('nothing could be rehearsed')
  })
})
