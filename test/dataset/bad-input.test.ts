import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { datasetConfig } from '#src/dataset/config.js'
import { loadDataset } from '#src/dataset/load.js'
import { UnderstudyError } from '#src/util/errors.js'
import { folderOf } from '../support/files.js'

const review = (more: object = {}) =>
  JSON.stringify({ reviewerID: 'A', asin: 'B', unixReviewTime: 1_400_000_000, overall: 5, ...more })
const reviews = 'amazon-2014/reviews_Toys_5.json'
const toys = (content: string | Uint8Array, more: Record<string, string> = {}) => ({
  [reviews]: content,
  ...more,
})
const zipped = (content: Uint8Array) => ({ [`${reviews}.gz`]: content })
const many = Array.from({ length: 2000 }, (_, k) => review({ asin: `B${k}` })).join('\n')
const whole = gzipSync(many)
const corrupt = Buffer.from(whole)
corrupt.fill(0xff, 1000, 1020)

const own = (text: string) => ({ 'mine.csv': text })

type Files = Record<string, string | Uint8Array>
const cases: [string, Files, object, RegExp][] = [
  [
    'a truncated gzip file',
    zipped(whole.subarray(0, whole.length - 40)),
    {},
    /reviews_Toys_5\.json\.gz: .*cut off/,
  ],
  ['a corrupt gzip file', zipped(corrupt), {}, /reviews_Toys_5\.json\.gz.*(corrupt|not JSON|line)/],
  [
    'a line that is not JSON',
    toys(`${review()}\n{"reviewerID": \n`),
    {},
    /reviews_Toys_5\.json:2: .*JSON/,
  ],
  ['a missing field', toys(`{"asin":"B","unixReviewTime":1}`), {}, /:1: .*"?reviewerID"?.*asin/],
  ['an empty file', toys(''), {}, /the file is empty/],
  [
    'text in a numeric field',
    toys(review({ overall: 'good' })),
    {},
    /:1: "overall" is "good"; a rating is a finite number/,
  ],
  [
    'milliseconds among seconds',
    toys(`${review()}\n${review({ unixReviewTime: 1_400_000_000_000 })}\n${review()}`),
    {},
    /:2: "unixReviewTime" is "1400000000000"; read as seconds since 1970, from 1990/,
  ],
  [
    'a repeated pair where duplicates is "error"',
    toys(`${review()}\n${review()}`),
    { duplicates: 'error' },
    /:2: user "A" and item "B" occur together again \(first in line 1\)/,
  ],
  [
    'an item without metadata where missingMetadata is "error"',
    toys(review(), { 'amazon-2014/meta_Toys.json': "{'asin': 'other'}" }),
    { missingMetadata: 'error' },
    /:1: 1 item .* has no metadata, the first is "B"/,
  ],
  [
    'metadata that is not a literal',
    toys(review(), { 'amazon-2014/meta_Toys.json': "{'asin': __import__('os')}" }),
    {},
    /meta_Toys\.json:1: the line is not a Python literal/,
  ],
  [
    'an unknown name',
    toys(review()),
    { name: 'amazon-2014/Toy' },
    /no dataset "amazon-2014\/Toy".*Did you mean amazon-2014\/Toys/,
  ],
  ['a name that leaves the root', toys(review()), { name: '../x' }, /leads out of the data root/],
  ['an absolute name', toys(review()), { name: '/etc/passwd' }, /leads out of the data root/],
  [
    'a k-core that leaves nothing',
    toys(review()),
    { kCore: { users: 5, items: 5 } },
    /no interactions are left/,
  ],
]

describe('loading', () => {
  it.each(cases)('refuses %s', async (_, files, record, message) => {
    const load = loadDataset(datasetConfig.parse({ name: 'amazon-2014/Toys', ...record }), {
      dataRoot: folderOf(files),
    })
    const error = (await load.catch((error: unknown) => error)) as UnderstudyError
    expect(error).toBeInstanceOf(UnderstudyError)
    expect(error.message).toMatch(message)
    expect(error.message).not.toContain('\n')
    expect(error.exitCode).toBe(2)
  })

  it.each([
    [
      'a missing column',
      'who,item_id\nu,i\n',
      /mine\.csv:1: understudy found no column of user ids among "who", "item_id"/,
    ],
    ['no header', 'u1,5\nu2,6\n', /mine\.csv:1: the file seems to have no header/],
    ['one column', 'user_id\nu\n', /mine\.csv:1: the cells of "user_id" are not separated by/],
    [
      'a short line',
      'user_id,item_id\nu\n',
      /mine\.csv:2: the line has fewer cells than the header: "u"/,
    ],
    ['an empty id', 'user_id,item_id\n,i\n', /mine\.csv:2: "user_id" is empty/],
    [
      'an id of a spreadsheet',
      'user_id,item_id\nu,10.0\n',
      /mine\.csv:2: the id "10\.0" is a number with/,
    ],
    [
      'rows in a quoted cell',
      `user_id,item_id,a\n${'u,i,"b"\n'.repeat(20_000)}u,i,"b\n${'u,i,b\n'.repeat(30)}u,i,b"\n`,
      /mine\.csv:20002: a cell in quotes runs over 32 lines, which look like rows/,
    ],
    [
      'a time that is none',
      'user_id,item_id,time\nu,i,yesterday\n',
      /mine\.csv: "time" is "yesterday", not a time/,
    ],
    [
      'a year out of reach',
      'user_id,item_id,time\nu,i,5\n',
      /mine\.csv:2: "time" is "5"; read as seconds .* from 1990/,
    ],
    [
      'days before months or not',
      'user_id,item_id,time\nu,i,01/02/2020\n',
      /is the day first or the month\?/,
    ],
    [
      'half-filled times',
      'user_id,item_id,time\nu,i,1e9\nv,j,\n',
      /mine\.csv:3: "time" is empty; give a time/,
    ],
    [
      'a rating that is none',
      'user_id,item_id,rating\nu,i,good\nu,j,4\n',
      /mine\.csv:2: "rating" is "good"/,
    ],
    [
      'a Git LFS pointer',
      'version https://git-lfs.github.com/spec/v1\n',
      /mine\.csv: the file is a Git LFS pointer/,
    ],
    ['a web page', '<!DOCTYPE html><html></html>', /mine\.csv: the file is a web page/],
    ['nothing but a header', 'user_id,item_id\n', /there are no interactions/],
  ])('refuses a custom CSV file with %s', async (_, text, message) => {
    const root = folderOf(own(text))
    const files = { interactions: join(root, 'mine.csv') }
    await expect(
      loadDataset(datasetConfig.parse({ name: 'files', files }), { dataRoot: root }),
    ).rejects.toThrow(message)
  })

  it('refuses a link that leaves the root', async () => {
    const outside = folderOf({ 'reviews_Toys_5.json': review() })
    const root = folderOf({ 'amazon-2014/readme': '' })
    symlinkSync(join(outside, 'reviews_Toys_5.json'), join(root, reviews))
    await expect(
      loadDataset(datasetConfig.parse({ name: 'amazon-2014/Toys' }), { dataRoot: root }),
    ).rejects.toThrow(/leads out of the data root/)
  })
})

describe('cleaning', () => {
  const twice = [
    { unixReviewTime: 1e9 + 2, overall: 1 },
    { unixReviewTime: 1e9 + 1, overall: 2 },
    { unixReviewTime: 1e9 + 3, overall: 3 },
  ]
    .map(review)
    .join('\n')
  it.each([
    ['first', [2]],
    ['last', [3]],
    ['all', [1, 2, 3]],
  ] as const)('keeps, of duplicates, "%s" by time', async (duplicates, ratings) => {
    const dataset = await loadDataset(
      datasetConfig.parse({ name: 'amazon-2014/Toys', duplicates }),
      { dataRoot: folderOf(toys(twice)) },
    )
    expect(Array.from(dataset.interactions.rating!)).toEqual(ratings)
    expect(dataset.notes.join()).toMatch(/2 repeated \(user, item\) pairs/)
  })

  it.each([
    ['keep', 2],
    ['drop', 1],
  ] as const)('can "%s" items without metadata', async (missingMetadata, count) => {
    const files = toys(`${review()}\n${review({ asin: 'C' })}`, {
      'amazon-2014/meta_Toys.json': "{'asin': 'B', 'title': 'T'}",
    })
    const dataset = await loadDataset(
      datasetConfig.parse({ name: 'amazon-2014/Toys', missingMetadata }),
      { dataRoot: folderOf(files) },
    )
    expect(dataset.itemIds).toHaveLength(count)
    expect(dataset.notes.join()).toMatch(/1 item of the interactions has no metadata/)
  })
})
