import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { relevanceOf } from '#src/dataset/relevance.js'
import { outcome } from '#src/launch/outcome.js'
import { readTruth } from '#src/launch/truth.js'
import { wasmEngine } from '#src/two-tower/engines/wasm.js'
import { understudy } from '../support/command.js'
import { folderOf } from '../support/files.js'
import { launched } from '../support/launched.js'

// One dimension; the shelf of every user is 0, 1, ..., 5 less the history; 4 and 5 are new.
const model = {
  folded: { dim: 1, users: Float32Array.of(1, 1, 1), items: Float32Array.of(6, 5, 4, 3, 2, 1) },
  userIds: ['ann', 'bob', 'cat'],
  itemIds: ['a', 'b', 'c', 'd', 'e', 'f'],
  titles: ['a', 'b', 'c', 'd', 'e', 'f'],
  numKnown: 4,
  train: { start: Int32Array.of(0, 1, 1, 2), item: Int32Array.of(0, 1) },
  places: { dim: 1, values: new Float32Array(6) },
  text: { dim: 1, values: new Float32Array(6) },
  newUserMap: new Float32Array(4),
}

describe('what happened after a launch', () => {
  it('is what users of the launch chose of its items, and the rest is counted', async () => {
    const rows = [
      ...['bob,2024,e', 'ann,2024,d', 'bob,2024,a', 'bob,2025,e'],
      ...['zoe,2024,a', 'zoe,2024,x', 'ann,2024,x', 'ann,2024,a', 'cat,2024,b'],
    ]
    const folder = folderOf({ 'later.csv': `who,time,what\n${rows.join('\n')}\n` })
    const columns = { user: 'who', item: 'what' }
    expect(await readTruth(join(folder, 'later.csv'), columns, model)).toEqual({
      later: {
        users: Int32Array.of(0, 1),
        start: Int32Array.of(0, 1, 3),
        item: Int32Array.of(3, 4, 0),
      },
      pairs: 3,
      leftOut: { unknownUser: 2, unknownItem: 1, inHistory: 2, repeated: 1 },
    })
  })
})

describe('the outcome of a launch', () => {
  it('has shelf metrics, recall among new items, and hits of the lists as written', () => {
    // ann's shelf is b c d e f, bob's a b c d e f.
    const later = relevanceOf([
      [0, [3]],
      [1, [0, 5]],
    ])
    const lists = new Map([
      [0, [3, 5]],
      [1, [1, 5]],
    ])
    const found = outcome(model, later, { k: 2, lists }, [2, 6], wasmEngine())
    expect(found.users).toBe(2)
    expect(found.shelf).toMatchObject({
      ...{ 'recall@2': 0.25, 'recall@6': 1, 'new@2': 0, 'new@6': 1, 'warm@2': 0.5 },
      ...{ 'exposure@2': 0, 'exposure@6': (2 / 5 + 2 / 6) / 2 },
    })
    expect(found.newItems).toEqual({ users: 1, recall: { 10: 1, 50: 1 } })
    // One hit of a known item, one of a new one: of each, 1 for one user and 0 for the other.
    expect(found.written).toEqual({
      withNew: { per1000: 1000, standardError: 0 },
      ofNew: { per1000: 500, standardError: 500 },
      ofKnown: { per1000: 500, standardError: 500 },
      knownOnly: { per1000: 500, standardError: 500 },
    })
  })

  it('is known of users who chose no new item', () => {
    const found = outcome(
      model,
      relevanceOf([[1, [0]]]),
      { k: 2, lists: new Map() },
      [1],
      wasmEngine(),
    )
    expect(found.shelf['recall@1']).toBe(1)
    expect(found.shelf['new@1']).toBeNaN()
    expect(found.newItems).toEqual({ users: 0, recall: { 10: NaN, 50: NaN } })
    expect(found.written.withNew.per1000).toBe(0)
  })
})

describe('understudy evaluate --launch', () => {
  const folder = launched()
  const lists = () =>
    parse(readFileSync(join(folder, 'recommendations.csv')), { columns: true }) as Record<
      'user_id' | 'item_id' | 'rank' | 'new',
      string
    >[]
  /** The first item of each list, as if all had followed it. */
  const followed = () =>
    folderOf({
      'later.csv': `customer,item_id\n${lists()
        .filter(({ rank }) => rank === '1')
        .map((row) => `${row.user_id},${row.item_id}\n`)
        .join('')}nobody,nothing\n`,
    })
  const score = (truth: string, ...flags: string[]) =>
    understudy('evaluate', '--launch', folder, '--truth', truth, ...flags)
  const customer = ['--column', 'user=customer']

  it('scores the shelf and the written lists beside what was expected', () => {
    const truth = join(followed(), 'later.csv')
    const { status, stdout, stderr } = score(truth, ...customer, '--json')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    const firstNew = lists().filter((row) => row.rank === '1' && row.new === '1').length
    const { expected } = JSON.parse(readFileSync(join(folder, 'launch.json'), 'utf8')) as {
      expected: { withNew: object }
    }
    expect(JSON.parse(stdout)).toMatchObject({
      ...{ launch: folder, truth, pairs: 398, users: 398, k: 5 },
      leftOut: { unknownUser: 1, unknownItem: 0, inHistory: 0, repeated: 0 },
      shelf: { 'recall@5': 1, 'ndcg@5': 1, 'recall@50': 1 },
      newItems: { users: firstNew, recall: { 10: 1 } },
      written: {
        withNew: { per1000: 1000, standardError: 0 },
        ofNew: { per1000: (1000 * firstNew) / 398 },
      },
      expected: { withNew: expected.withNew },
    })
  })

  it('counts what was written, not what the vectors say', () => {
    const copy = join(folderOf({}), 'launch')
    cpSync(folder, copy, { recursive: true })
    const file = join(copy, 'recommendations.csv')
    const rows = readFileSync(file, 'utf8').split('\n')
    writeFileSync(file, rows.filter((_, k) => k === 0 || (k - 1) % 5 > 0).join('\n'))
    const flags = ['--truth', join(followed(), 'later.csv'), ...customer, '--json']
    const { stdout } = understudy('evaluate', '--launch', copy, ...flags)
    expect(JSON.parse(stdout)).toMatchObject({
      shelf: { 'recall@5': 1 },
      written: { withNew: { per1000: 0 } },
    })
  })

  it('prints a table of at most 80 columns, and a K beyond the shelf is left out', () => {
    const truth = join(followed(), 'later.csv')
    const { stdout, stderr } = score(
      truth,
      ...[...customer, '--column', 'timestamp=time', '--timestamp-unit', 'iso'],
      ...['--set', 'evaluation.ks=[10,50,100]'],
    )
    expect(stderr).toBe('a shelf has 50 items, so larger K of evaluation.ks are left out\n')
    const [first, second, ...rest] = stdout.split('\n')
    expect(first).toBe(`${truth}: 398 later choices of 398 users`)
    expect(second).toBe('left out: 1 row of unknown users')
    expect(Math.max(...rest.map((line) => line.length))).toBeLessThanOrEqual(80)
    expect(stdout).toMatch(/^50 +1\.0000 +1\.0000/m)
    expect(stdout).toMatch(/^lists of 5 as written +1000 +0 +\d+ +\d+ +\d+$/m)
  })

  it.each<[string, string[], RegExp]>([
    [
      'user_id,item_id\nnobody,a\nno one,b\n',
      [],
      /no row can be used: 2 rows of unknown users; do its ids match/,
    ],
    ['who,what\nnobody,a\n', [], /later\.csv:1: there is no "item_id"; there is "who", "what"/],
    ['user_id,item_id\n,a\n', [], /later\.csv:2: "user_id" is empty/],
    ['user_id,item_id\n', ['--model', 'itemknn'], /--model cannot be used with --truth/],
    ['user_id,item_id\n', ['--split', 'random'], /--split cannot be used with --truth/],
    [
      'user_id,item_id\n',
      ['--column', 'name=x'],
      /unknown setting "column\.name"; known here: user/,
    ],
    [
      'user_id,item_id\n',
      ['--set', 'evaluation.ks=[100]'],
      /evaluation\.ks has no K of at most 50/,
    ],
    ['', [], /later\.csv: the file is empty/],
    ['user_id,item_id\n', [], /later\.csv: it has no interactions/],
  ])('refuses %j %s in one line', (text, flags, message) => {
    const { status, stdout, stderr } = score(
      join(folderOf({ 'later.csv': text }), 'later.csv'),
      ...flags,
    )
    expect(stderr).toMatch(message)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  })

  it('refuses half a launch, and a truth without a launch', () => {
    const copy = join(folderOf({}), 'launch')
    cpSync(folder, copy, { recursive: true })
    const truth = ['--truth', join(followed(), 'later.csv'), ...customer]
    const refused = (...flags: string[]) => {
      const { status, stderr } = understudy('evaluate', ...flags)
      expect(status).toBe(2)
      return stderr.trim()
    }
    expect(refused('--launch', copy)).toBe(
      'understudy: --launch needs --truth FILE: the interactions after the launch',
    )
    expect(refused('--launch', join(copy, 'model'), ...truth)).toMatch(
      /launch\.json is missing; name the whole folder that `understudy launch` wrote$/,
    )
    rmSync(join(copy, 'recommendations.csv'))
    expect(refused('--launch', copy, ...truth)).toMatch(
      /recommendations\.csv: there is no such file$/,
    )
    writeFileSync(join(copy, 'launch.json'), '{}')
    expect(refused('--launch', copy, ...truth)).toMatch(/launch\.json is damaged; name the whole/)
  })
})
