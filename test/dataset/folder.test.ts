import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findDatasets } from '#src/dataset/find.js'
import { loadDataset } from '#src/dataset/load.js'
import { folderOf } from '../support/files.js'

const orders = 'who;what;when\nann;a;2020-09-13\nbob;b;2020-09-14\n'
const products = 'sku,label\na,Tea\nb,Cake\n'
const description = {
  interactions: 'orders.csv',
  items: 'products.csv',
  columns: { user: 'who', item: 'what', timestamp: 'when', itemId: 'sku', title: 'label' },
  source: 'our shop',
  licence: 'ours',
}
const shop = (changes: object = {}) =>
  folderOf({
    'shop/dataset.json': JSON.stringify({ ...description, ...changes }),
    'shop/orders.csv': orders,
    'shop/products.csv': products,
  })

describe('a folder of data', () => {
  it('is a data set by name, as its dataset.json says', async () => {
    const dataRoot = shop()
    expect((await findDatasets(dataRoot)).map(({ name }) => name)).toEqual(['shop'])
    const { userIds, items, interactions } = await loadDataset('shop', { dataRoot })
    expect(userIds).toEqual(['ann', 'bob'])
    expect(items.map(({ title }) => title)).toEqual(['Tea', 'Cake'])
    expect(interactions.timestamp![0]).toBe(Date.UTC(2020, 8, 13) / 1000)
  })

  it('needs no description where its files have the usual names', async () => {
    const dataRoot = folderOf({
      'mine/interactions.csv': 'user_id,item_id\nu,i\n',
      'mine/items.jsonl': '{"item_id":"i","title":"T"}\n',
    })
    const { items } = await loadDataset('mine', { dataRoot })
    expect(items).toEqual([{ title: 'T' }])
  })

  it.each([
    ['an unknown setting', { colums: {} }, /unknown setting .*colums/],
    ['a path out of it', { interactions: '../orders.csv' }, /"..\/orders.csv" leads out of the/],
    ['an absolute path', { items: '/etc/passwd' }, /"\/etc\/passwd" leads out of the folder/],
    [
      'a link out of it',
      { items: 'link.csv' },
      /link\.csv: the file is a link that leads out of ".*shop"/,
    ],
    ['a pattern out of it', { items: 'x*/../../*.csv' }, /leads out of the folder/],
    ['a pattern of a link out of it', { items: 'l*.csv' }, /link\.csv: the file is a link that/],
    [
      'a query',
      { interactions: "SELECT * FROM '/etc/passwd'" },
      /is a query; a description can only name files of its folder/,
    ],
    ['a file that is not there', { interactions: 'no.csv' }, /no\.csv: there is no such file/],
  ])('refuses %s', async (_, changes, message) => {
    const dataRoot = shop(changes)
    symlinkSync(join(folderOf({ 'x.csv': products }), 'x.csv'), join(dataRoot, 'shop/link.csv'))
    await expect(loadDataset('shop', { dataRoot })).rejects.toThrow(message)
  })
})
