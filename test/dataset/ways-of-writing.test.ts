import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { FilesConfig } from '#src/dataset/config.js'
import { loadDataset } from '#src/dataset/load.js'
import { folderOf } from '../support/files.js'

// How people write tables, from public reports: each kind of trouble is one table of inputs.

type Settings = Partial<Pick<FilesConfig, 'columns' | 'dialect' | 'timestampUnit'>>
type Content = string | Uint8Array

const utf16 = (text: string, big = false) => {
  const bytes = Buffer.from(`\ufeff${text}`, 'utf16le')
  return big ? bytes.swap16() : bytes
}

function load(orders: Content, items?: Content, settings: Settings = {}) {
  const root = folderOf({ orders, ...(items === undefined ? {} : { items }) })
  const files = { interactions: join(root, 'orders'), ...settings }
  return loadDataset({
    name: 'files',
    files: items === undefined ? files : { ...files, items: join(root, 'items') },
  })
}

const orders = 'user_id,item_id,rating\nann,a,3\nbob,b,4.5\n'

describe('interactions', () => {
  const rows = [
    ['ann', 'a', 3],
    ['bob', 'b', 4.5],
  ]
  it.each<[string, Content, Settings?]>([
    ['with semicolons and decimal commas', 'user_id;item_id;rating\nann;a;3,0\nbob;b;4,5\n'],
    ['with spaces after commas', 'user_id, item_id, rating\nann, a, 3\nbob, b, 4.5\n'],
    ['with tabs', orders.replaceAll(',', '\t')],
    ['with ::', orders.replaceAll(',', '::')],
    ['with CR', orders.replaceAll('\n', '\r')],
    ['with CR LF and a byte-order mark', `\ufeff${orders.replaceAll('\n', '\r\n')}`],
    ['in UTF-16', utf16(orders)],
    ['in UTF-16, big end first', utf16(orders, true)],
    [
      'in gzip members one after the other',
      Buffer.concat([orders.slice(0, 30), orders.slice(30)].map((part) => gzipSync(part))),
    ],
    [
      'without a header',
      'ann,a,3\nbob,b,4.5\n',
      { columns: { user: '0', item: '1', rating: '2' } },
    ],
    ['of Book-Crossing', '"User-ID";"ISBN";"Book-Rating"\n"ann";"a";"3"\n"bob";"b";"4.5"\n'],
    [
      'of HetRec',
      'userID\tartistID\tweight\nann\ta\t3\nbob\tb\t4.5\n',
      { columns: { rating: 'weight' } },
    ],
    ['of RecBole', 'user_id:token\tartist_id:token\trating:float\nann\ta\t3\nbob\tb\t4.5\n'],
    [
      'in JSON lines',
      '{"user_id":"ann","item_id":"a","rating":3}\n{"item_id":"b","rating":"4.5","user_id":"bob"}\n',
    ],
    [
      'in a JSON list',
      '[\n {"user_id":"ann","item_id":"a","rating":3},\n {"user_id":"bob","item_id":"b","rating":4.5}\n]\n',
    ],
    [
      'in Python literals',
      `{'user_id': u'ann', 'item_id': 'a', 'rating': 3, 'x': None}\n{'user_id': "bob", 'item_id': 'b', 'rating': 4.5}\n`,
    ],
  ])('are read %s', async (_, content, settings) => {
    const { userIds, itemIds, interactions } = await load(content, undefined, settings)
    const { user, item, rating } = interactions
    expect(Array.from(user, (u, k) => [userIds[u], itemIds[item[k]], rating?.[k]])).toEqual(rows)
  })

  it.each<[string, Content, RegExp]>([
    ['without a header and names', 'ann,a,3\nbob,b,4\n', /no header; give .* --column user=0/],
    ['cut off', gzipSync(orders).subarray(0, 40), /the gzip file is cut off/],
    [
      'of a wrapped list',
      '{"orders":[{"user_id":1,"item_id":2}]}',
      /whose "orders" is the list: `jq/,
    ],
    [
      'with NaN',
      '{"user_id":1,"item_id":2,"rating":1}\n{"user_id":1,"item_id":3,"rating":NaN}\n',
      /orders:2: "rating" is "NaN"; a rating is a finite/,
    ],
    [
      'with NaN alone',
      '{"user_id":1,"item_id":3,"rating":NaN}\n',
      /orders:1: "rating" is "NaN"; a rating is a finite/,
    ],
    [
      'with null for an id',
      '{"user_id":1,"item_id":2}\n{"user_id":null,"item_id":3}\n',
      /orders:2: "user_id" is empty/,
    ],
    [
      'of sequences',
      'user_id:token\titem_id_list:token_seq\titem_id:token\nu\ti j\tk\n',
      /"item_id_list" is a list of items in each row; write a row/,
    ],
    ['in an archive', 'PK\u0003\u0004', /a zip archive: unzip it first/],
  ])('are refused in words: %s', async (_, content, message) => {
    await expect(load(content)).rejects.toThrow(message)
  })

  it('keep ids of any length, in JSON too', async () => {
    const big = '90071992547409931234'
    const { userIds } = await load(`{"user_id":${big},"item_id":"007"}\n`)
    expect(userIds).toEqual([big])
  })
})

describe('quotes', () => {
  const plays = Array.from({ length: 30 }, (_, k) => `u${k}\ti${k}\tplain`)
  it.each<[string, string, string]>([
    ['that open a cell and are never closed', '"Heroes', '"Heroes'],
    ['inside a cell', '"weird al" band', '"weird al" band'],
    ['that swallow rows', '"Heroes', '12" mix'],
  ])('are plain characters: %s', async (_, first, second) => {
    const lines = plays.with(3, `u3\ti3\t${first}`).with(20, `u20\ti20\t${second}`)
    const { interactions } = await load(['user_id\titem_id\tname', ...lines].join('\n'))
    expect(interactions.user).toHaveLength(30)
  })

  it.each<[string, string]>([
    ['doubled', `item_id,title\na,"The ""Best"", ever"\nb,"x"\n`],
    ['after a backslash', `item_id,title\na,"The \\"Best\\", ever"\nb,"x"\n`],
    ['around line ends', `item_id,title\na,"The\n""Best"",\never"\nb,"x"\n`],
  ])('may be inside a cell in quotes: %s', async (_, items) => {
    const { items: text } = await load(orders, items)
    expect(text[0].title).toMatch(/^The "Best", ?ever$/)
  })
})

describe('item text', () => {
  const paths = [['Kitchen'], ['Pans']]
  it.each<[string, string, string[][] | undefined]>([
    ['pipes', 'Kitchen|Pans', paths],
    ['commas', '"Kitchen, Pans"', paths],
    ['levels', 'Kitchen > Pans', [['Kitchen', 'Pans']]],
    ['a Python list', `"['Kitchen', 'Pans']"`, paths],
    ['a list of lists', `"[['Kitchen', 'Pans']]"`, [['Kitchen', 'Pans']]],
    ['a list of dicts', `"[{'id': 0, 'name': 'Kitchen'}, {'id': 1, 'name': 'Pans'}]"`, paths],
    ['a JSON list', `"[""Kitchen"", ""Pans""]"`, paths],
    ['an empty list', '[]', undefined],
  ])('has categories as people write them: %s', async (_, cell, expected) => {
    const { items } = await load(orders, `item_id,title,genres\na,A,${cell}\nb,B,x\n`)
    expect(items[0].categories).toEqual(expected)
  })

  it.each<[string, Content]>([
    ['movie_name', 'item_id:token\tmovie_name:token_seq\na\tThé noir\nb\tB\n'],
    ['book_title', 'item_id:token\tbook_title:token\na\tThé noir\nb\tB\n'],
    ['item_name', 'business_id:token\titem_name:token_seq\na\tThé noir\nb\tB\n'],
    ['name', 'id\tname\turl\na\tThé noir\thttp://x\nb\tB\thttp://y\n'],
    ['title in Windows-1252', Buffer.from('item_id,title\na,Thé noir\nb,B\n', 'latin1')],
  ])('has titles by their usual names: %s', async (_, items) => {
    expect((await load(orders, items)).items[0].title).toBe('Thé noir')
  })

  it('that Python left out as NaN is none', async () => {
    const { items } = await load(
      orders,
      '{"item_id":"a","title":NaN}\n{"item_id":"b","title":"B"}\n',
    )
    expect(items).toEqual([{}, { title: 'B' }])
  })

  it('without a title is said', async () => {
    const { notes } = await load(orders, 'item_id:token\tlabel:token\na\tA\nb\tB\n')
    expect(notes).toContain('items: no column was recognised as the title; unused columns: label')
  })

  it.each<[string, string, string, RegExp]>([
    [
      'of whole numbers with .0',
      'user_id,item_id\n1.0,7.0\n',
      'item_id,title\n7,A\n',
      /"1\.0" is a number with decimals/,
    ],
    ['in another case', orders, 'item_id,title\nA,x\nB,y\n', /upper and lower case differ/],
    [
      'without zeros at the front',
      'user_id,item_id\nu,007\nu,008\n',
      'item_id,title\n7,x\n8,y\n',
      /zeros at the front are missing/,
    ],
  ])('is refused where no id joins: %s', async (_, interactions, items, message) => {
    await expect(load(interactions, items)).rejects.toThrow(message)
  })
})

describe('times', () => {
  const time = Date.UTC(2020, 8, 13, 12, 26, 40) / 1000
  const day = Date.UTC(2020, 8, 13) / 1000
  it.each<[string, string, number]>([
    ['seconds', '1600000000', time],
    ['seconds with a fraction', '1600000000.0', time],
    ['seconds with an exponent', '1.600000e+09', time],
    ['milliseconds', '1600000000000', time],
    ['microseconds', '1600000000000000', time],
    ['nanoseconds', '1600000000000000000', time],
    ['days of Excel', '44087.5185185185', time],
    ['a day', '20200913', day],
    ['ISO', '2020-09-13 12:26:40', time],
    ['ISO with a zone', '2020-09-13T14:26:40+02:00', time],
    ['ISO with a short zone', '2020-09-13T07:26:40-0500', time],
    ['an ISO day', '2020-09-13', day],
    ['the month first', '09/13/2020 12:26:40', time],
    ['the day first', '13.09.2020 12:26:40', time],
    ['words', 'Sun Sep 13 12:26:40 +0000 2020', time],
    ['words of mails', '"Sun, 13 Sep 2020 12:26:40 +0000"', time],
  ])('are found by their form: %s', async (_, cell, expected) => {
    const { interactions } = await load(`user_id,item_id,timestamp\nann,a,${cell}\n`)
    expect(interactions.timestamp![0]).toBe(expected)
  })

  it.each<[string, string, Settings, RegExp]>([
    ['before 1990', '-400000000', {}, /"-400000000"; read as seconds .* from 1990/],
    [
      'of another form than was said',
      '1600000000000000',
      { timestampUnit: 'ms' },
      /read as milliseconds since 1970, from 1970 to 9999/,
    ],
    ['of day or month first', '01/02/2020', {}, /is the day first or the month\?/],
  ])('are refused %s', async (_, cell, settings, message) => {
    const text = `user_id,item_id,timestamp\nann,a,${cell}\n`
    await expect(load(text, undefined, settings)).rejects.toThrow(message)
  })
})
