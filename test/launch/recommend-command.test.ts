import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { describe, expect, it } from 'vitest'
import { main, understudy } from '../support/command.js'
import { folderOf } from '../support/files.js'
import { launched } from '../support/launched.js'

const folder = launched()
const ask = (...flags: string[]) => understudy('recommend', '--model', folder, ...flags)
const rowsOf = (text: string) => parse(text, { columns: true }) as Record<string, string>[]
const written = () => readFileSync(join(folder, 'recommendations.csv'), 'utf8')

/** Rows of `recommend`, which must say nothing else. */
function rows(...flags: string[]) {
  const { status, stdout, stderr } = ask(...flags)
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  return rowsOf(stdout)
}

const modelJson = (name: string) =>
  JSON.parse(readFileSync(join(folder, 'model', name), 'utf8')) as string[]

describe('understudy recommend', () => {
  it('gives the lists of the launch byte for byte, to stdout and to a file', () => {
    expect(ask('--k', '5').stdout).toBe(written())
    const out = join(folderOf({}), 'lists.csv')
    expect(ask('--k', '5', '--out', out).stdout).toBe('')
    expect(readFileSync(out, 'utf8')).toBe(written())
  })

  it('gives the same rows as JSON lines and as Parquet, by the name of the file', async () => {
    const to = folderOf({})
    for (const name of ['lists.jsonl', 'lists.parquet'])
      expect(ask('--k', '5', '--out', join(to, name)).status).toBe(0)
    const expected = rowsOf(written()).map(({ rank, score, new: isNew, ...names }) => ({
      ...names,
      ...{ rank: Number(rank), score: Number(score), new: Number(isNew) },
    }))
    const text = readFileSync(join(to, 'lists.jsonl'), 'utf8').trim().split('\n')
    expect(text.map((line) => JSON.parse(line) as unknown)).toEqual(expected)
    const file = await asyncBufferFromFile(join(to, 'lists.parquet'))
    expect(await parquetReadObjects({ file })).toEqual(expected)
    expect(readFileSync(join(to, 'lists.parquet'))).toEqual(
      readFileSync(join(folder, 'recommendations.parquet')),
    )
  })

  it('keeps to the users of a file or of standard input, in their order', () => {
    const [a, b, c] = modelJson('users.json')
    const files = folderOf({ 'users.txt': `\ufeff${c}\r\n\n${a}\n` })
    const listed = rows('--k', '5', '--users', join(files, 'users.txt'))
    const of = (user: string) => rowsOf(written()).filter(({ user_id }) => user_id === user)
    expect(listed).toEqual([...of(c), ...of(a)])
    const flags = ['recommend', '--model', folder, '--k', '5', '--users', '-']
    const { stdout } = spawnSync(process.execPath, [main, ...flags], { input: b, encoding: 'utf8' })
    expect(rowsOf(stdout)).toEqual(of(b))
  })

  it('keeps to some items, to new ones, and off those that are excluded', () => {
    const items = modelJson('items.json')
    const [user] = modelJson('users.json')
    const wanted = items.slice(100)
    const files = folderOf({
      'items.txt': wanted.join('\n'),
      'no.csv': `user_id,item_id\n,${items.at(-1)}\n${user},${items.at(-2)}\n`,
    })
    const at = (name: string) => join(files, name)
    const listed = rows('--items', at('items.txt'), '--new-only', '--exclude', at('no.csv'))
    expect(listed.every(({ item_id }) => wanted.includes(item_id))).toBe(true)
    expect(new Set(listed.map(({ new: isNew }) => isNew))).toEqual(new Set(['1']))
    const shown = (item: string, users: (id: string) => boolean) =>
      listed.some(({ item_id, user_id }) => item_id === item && users(user_id))
    expect(shown(items.at(-1)!, () => true)).toBe(false)
    expect(shown(items.at(-2)!, (id) => id === user)).toBe(false)
    expect(shown(items.at(-2)!, (id) => id !== user)).toBe(true)
  })

  it('says why by titles of the history', () => {
    const titles = modelJson('titles.json')
    const because = (...flags: string[]) =>
      rows('--k', '5', ...flags).map((row) => row.because.split(' | ').filter((name) => name))
    const three = because('--why')
    expect(Math.max(...three.map((names) => names.length))).toBe(3)
    expect(three.flat().every((name) => titles.includes(name))).toBe(true)
    expect(because('--why', '1')).toEqual(three.map((names) => names.slice(0, 1)))
  })

  it.skipIf(process.platform === 'win32')('ends quietly when its reader has enough', () => {
    const command = `"${process.execPath}" "${main}" recommend --model "${folder}" --k 100`
    const script = `set -o pipefail; ${command} | head -n 1`
    const { status, stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8' })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toBe('user_id,rank,item_id,title,score,new\n')
  })

  it('shows three examples', () => {
    const { stdout } = understudy('recommend', '--help')
    expect(stdout.match(/^ {2}understudy recommend /gm)).toHaveLength(3)
  })
})

describe('a list of what is out of stock', () => {
  it('may name what the launch does not know, which is counted', () => {
    const [item] = modelJson('items.json')
    const [user] = modelJson('users.json')
    const rows = ['sold-out,', `${item},`, `${item},nobody`, `old,${user}`]
    const file = join(folderOf({ 'no.csv': `item_id,user_id\n${rows.join('\n')}\n` }), 'no.csv')
    const { status, stdout, stderr } = ask('--exclude', file)
    expect([status, stderr]).toEqual([
      0,
      `${file}: 2 rows of unknown items, 1 row of unknown users: left out\n`,
    ])
    expect(rowsOf(stdout).some(({ item_id }) => item_id === item)).toBe(false)
  })
})

describe('new users', () => {
  it('get lists from a history, and what is left out of it is said', () => {
    const [a, b, c] = modelJson('items.json')
    const history = [
      ['zoe', a],
      ['zoe', b],
      ['zoe', a],
      ['zoe', 'no such'],
      ['max', 'none'],
      ['ida', c],
    ]
    const files = folderOf({
      'history.csv': 'user_id,item_id\n' + history.map((pair) => pair.join(',') + '\n').join(''),
      'users.txt': `ida\n${modelJson('users.json')[0]}\n`,
    })
    const file = join(files, 'history.csv')
    const { status, stdout, stderr } = ask('--history', file, '--why')
    expect(status).toBe(0)
    expect(stderr.trim().split('\n')).toEqual([
      `${file}: left out: 2 rows of items that the launch does not know`,
      `${file}: left out: 1 user without any known item`,
    ])
    const listed = rowsOf(stdout)
    expect(new Set(listed.map(({ user_id }) => user_id))).toEqual(new Set(['zoe', 'ida']))
    expect(listed).toHaveLength(20)
    const zoe = listed.filter(({ user_id }) => user_id === 'zoe')
    expect(zoe.some(({ item_id }) => [a, b].includes(item_id))).toBe(false)
    const titles = modelJson('titles.json')
    const why = zoe.flatMap(({ because }) => because.split(' | ')).filter((name) => name)
    expect(new Set([titles[0], titles[1], ...why])).toEqual(new Set([titles[0], titles[1]]))
    // A user of the launch may be asked for beside a new one.
    const both = rowsOf(ask('--history', file, '--users', join(files, 'users.txt')).stdout)
    expect(new Set(both.map(({ user_id }) => user_id)).size).toBe(2)
  })
})

describe('bad input', () => {
  const files = () => {
    const [user] = modelJson('users.json')
    const [item] = modelJson('items.json')
    return folderOf({
      'ids.txt': `${user}\nnobody\n`,
      'items.txt': `${item}\nnothing\n`,
      'known.txt': `${item}\n`,
      'empty.txt': '\n',
      'known.csv': `user_id,item_id\nzoe,${item}\n${user},${item}\n`,
      'strange.csv': 'user_id,item_id\nzoe,nothing\n',
      'columns.csv': 'who,what\na,b\n',
      'no.csv': 'item_id\nnothing\n',
    })
  }
  it.each<[string[], RegExp]>([
    [['--users', 'ids.txt'], /ids\.txt:2: user "nobody" is not in the launch/],
    [['--users', 'empty.txt'], /empty\.txt has no ids/],
    [['--users', 'absent.txt'], /absent\.txt: there is no such file/],
    [['--items', 'items.txt'], /items\.txt:2: item "nothing" is not in the launch/],
    [['--items', 'known.txt', '--new-only'], /there is no item to show/],
    [['--history', 'known.csv'], /known\.csv:3: user_id ".*" is a user of the launch/],
    [['--history', 'columns.csv'], /columns\.csv:1: there is no "item_id"; there is "who", "what"/],
    [
      ['--exclude', 'no.csv'],
      /no\.csv: nothing to exclude: 1 row of unknown items; do its ids match\?/,
    ],
    [['--format', 'parquet'], /--format parquet cannot go to stdout: name a file/],
    [['--format', 'xml'], /Allowed choices are csv, jsonl, parquet/],
    [['--k', '0'], /expected a whole number of at least 1/],
    [['--why', '0'], /expected a whole number of at least 1/],
    [['--out', join('no', 'such', 'folder.csv')], /there is no folder/],
    [['--model', 'nothing'], /nothing has no model\.json; name a folder/],
  ])('ends with one line and exit code 2, and writes nothing: %s', (flags, message) => {
    const at = files()
    const paths = flags.map((flag) => (/^[a-z]+\.(txt|csv)$/.test(flag) ? join(at, flag) : flag))
    const before = readdirSync(at)
    const out = flags.includes('--out') || flags.includes('--format') ? [] : [join(at, 'out.csv')]
    const { status, stdout, stderr } = ask(...out.flatMap((file) => ['--out', file]), ...paths)
    expect(stderr).toMatch(message)
    expect(stderr.trim().split('\n')).toHaveLength(1)
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(readdirSync(at)).toEqual(before)
  })

  it('is a history that the launch knows nothing of', () => {
    const { status, stderr } = ask('--history', join(files(), 'strange.csv'))
    expect(status).toBe(2)
    expect(stderr.trim().split('\n').at(-1)).toMatch(
      /^understudy: .*: no user in it has an item that the launch knows$/,
    )
  })

  it('is a launch of an earlier version', () => {
    const old = folderOf({ 'model.json': '{"dim":289,"kind":"launch"}' })
    writeFileSync(join(old, 'launch.json'), '{}')
    const { status, stderr } = understudy('recommend', '--model', old)
    expect(status).toBe(2)
    expect(stderr.trim()).toBe(
      `understudy: ${join(old, 'model.json')}: the launch is of format "none", this version reads 1; run \`understudy launch\` again`,
    )
  })
})
