import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { datasetConfig } from '#src/dataset/config.js'
import type { Dataset } from '#src/dataset/dataset.js'
import { loadDataset } from '#src/dataset/load.js'
import { folderOf } from '../support/files.js'

/** The first interaction as a source should give it, with its item's text. */
function first({ userIds, itemIds, interactions, items }: Dataset) {
  const { user, item, timestamp, rating } = interactions
  return { user: userIds[user[0]], item: itemIds[item[0]], time: timestamp?.[0], rating: rating?.[0], ...items[item[0]] }
}

const load = async (files: Record<string, string | Uint8Array>, name: string) => first(await loadDataset(datasetConfig.parse({ name }), { dataRoot: folderOf(files) }))

const lines = (...records: object[]) => records.map((record) => JSON.stringify(record)).join('\n') + '\n'

describe('official formats', () => {
  it('Amazon 2014: metadata in Python literals, entities decoded', async () => {
    const files = {
      'amazon-2014/reviews_Toys_5.json.gz': lines({ reviewerID: 'A1', asin: 'B1', unixReviewTime: 1_400_000_000, overall: 5 }),
      'amazon-2014/meta_Toys.json.gz': `{'asin': 'B1', 'title': "Kid's \\"Top\\"", 'categories': [['Toys', 'Tops'], ['Gifts']], 'brand': 'A &amp; B', 'price': 1.5}\n`,
    }
    expect(await load(files, 'amazon-2014/Toys')).toEqual({
      user: 'A1', item: 'B1', time: 1_400_000_000, rating: 5, title: `Kid's "Top"`, categories: [['Toys', 'Tops'], ['Gifts']], brand: 'A & B',
    })
  })

  it('Amazon 2018: strict JSON, one category path', async () => {
    const files = {
      'amazon-2018/Toys_5.json.gz': lines({ reviewerID: 'A1', asin: 'B1', unixReviewTime: 1_400_000_000, overall: 4 }),
      'amazon-2018/meta_Toys.json.gz': lines({ asin: 'B1', title: 'Top', category: ['Toys', 'Tops'], brand: 'B' }),
    }
    expect(await load(files, 'amazon-2018/Toys')).toMatchObject({ user: 'A1', rating: 4, title: 'Top', categories: [['Toys', 'Tops']], brand: 'B' })
  })

  it('Amazon 2023: parent_asin, milliseconds, store', async () => {
    const files = {
      'amazon-2023/Toys.jsonl.gz': lines({ user_id: 'U', parent_asin: 'P', asin: 'other', rating: 3, timestamp: 1_600_000_000_500 }),
      'amazon-2023/meta_Toys.jsonl.gz': lines({ parent_asin: 'P', title: 'Top', categories: ['Toys', 'Tops'], store: 'S' }),
    }
    expect(await load(files, 'amazon-2023/Toys')).toMatchObject({ user: 'U', item: 'P', time: 1_600_000_000.5, rating: 3, categories: [['Toys', 'Tops']], brand: 'S' })
  })

  it('MovieLens csv: quoted titles, flat genres', async () => {
    const files = {
      'ml/ratings.csv': 'userId,movieId,rating,timestamp\n7,1,3.5,1000000000\n',
      'ml/movies.csv': 'movieId,title,genres\n1,"Heat, The ""big"" (1995)",Action|Crime\n',
    }
    expect(await load(files, 'ml')).toMatchObject({ user: '7', item: '1', time: 1e9, rating: 3.5, title: 'Heat, The "big" (1995)', categories: [['Action'], ['Crime']] })
  })

  it('MovieLens .dat: double colons, Latin-1 of 1M', async () => {
    const files = {
      'ml-1m/ratings.dat': '7::1::4::978300760\n',
      'ml-1m/movies.dat': Buffer.from('1::Misérables, Les (1995)::Drama|Musical\n', 'latin1'),
      'ml-1m/users.dat': '7::F::1::10::48067\n',
    }
    expect(await load(files, 'ml-1m')).toMatchObject({ user: '7', item: '1', rating: 4, title: 'Misérables, Les (1995)', categories: [['Drama'], ['Musical']] })
  })

  it('MovieLens 100k: u.data and u.item with flags', async () => {
    const flags = Array.from({ length: 19 }, (_, k) => Number(k === 1 || k === 8)).join('|')
    const files = { 'ml-100k/u.data': '196\t242\t3\t881250949\n', 'ml-100k/u.item': Buffer.from(`242|Kolya (1996)|24-Jan-1997||http://x|${flags}\n`, 'latin1') }
    expect(await load(files, 'ml-100k')).toMatchObject({ user: '196', item: '242', rating: 3, time: 881_250_949, title: 'Kolya (1996)', categories: [['Action'], ['Drama']] })
  })

  it('RecBole: typed headers', async () => {
    const files = {
      'toys/toys.inter': 'user_id:token\titem_id:token\trating:float\ttimestamp:float\nu\ti\t2.0\t1000000000\n',
      'toys/toys.item': 'item_id:token\ttitle:token_seq\tclass:token_seq\ni\tA Top\tGames Fun\n',
    }
    expect(await load(files, 'toys/toys')).toMatchObject({ user: 'u', item: 'i', rating: 2, time: 1e9, title: 'A Top', categories: [['Games'], ['Fun']] })
  })
})

describe("one's own files", () => {
  const own = async (files: Record<string, string>, record: { interactions: string; items?: string; [key: string]: unknown }) => {
    const folder = folderOf(files)
    const config = { ...record, interactions: join(folder, record.interactions), ...(record.items ? { items: join(folder, record.items) } : {}) }
    return first(await loadDataset(datasetConfig.parse({ name: 'files', files: config }), { dataRoot: folder }))
  }

  it('CSV with other column names, ISO dates, category paths', async () => {
    const files = {
      'orders.csv': 'when,customer,sku\n2024-03-01T12:00:00Z,"Smith, J",=1+1\n',
      'products.csv.gz': 'sku,name,cat\n=1+1,Kettle,Kitchen > Kettles|Gifts\n',
    }
    const columns = { user: 'customer', item: 'sku', timestamp: 'when', title: 'name', categories: 'cat' }
    expect(await own(files, { interactions: 'orders.csv', items: 'products.csv.gz', columns, timestampUnit: 'iso' })).toEqual({
      user: 'Smith, J', item: '=1+1', time: Date.UTC(2024, 2, 1, 12) / 1000, rating: undefined, title: 'Kettle', categories: [['Kitchen', 'Kettles'], ['Gifts']],
    })
  })

  it('TSV and JSON lines, milliseconds', async () => {
    const files = { 'a.tsv.gz': 'user_id\titem_id\ttimestamp\trating\nu\ti\t1600000000000\t4\n', 'b.jsonl': lines({ item_id: 'i', title: 'T', brand: 'B' }) }
    expect(await own(files, { interactions: 'a.tsv.gz', items: 'b.jsonl', timestampUnit: 'ms' })).toMatchObject({ user: 'u', item: 'i', time: 1.6e9, rating: 4, title: 'T', brand: 'B' })
  })
})
