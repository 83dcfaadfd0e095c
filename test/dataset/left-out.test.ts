import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DatasetBuilder, type RawInteraction } from '#src/dataset/builder.js'
import { datasetConfig } from '#src/dataset/config.js'
import { loadDataset, withCore } from '#src/dataset/load.js'
import { synthesize } from '#src/dataset/synthetic.js'
import { describeReal, realData } from '../support/real-data.js'
import { folderOf } from '../support/files.js'

function leftOut(rows: RawInteraction[], settings: object, catalogue: string[] = []) {
  const builder = new DatasetBuilder()
  rows.forEach((row, k) => builder.add(row, { file: 'mine.csv', line: k + 2 }))
  for (const id of catalogue)
    if (builder.hasItem(id)) builder.setItem(id, { title: id })
    else builder.addNewItem(id, { title: id })
  return builder.finish('mine', datasetConfig.parse(settings)).leftOut
}

/** `ax`: user a and item x. */
const pairs = (...names: string[]) => names.map(([user, item]) => ({ user, item }))

describe('what is left out', () => {
  it('is nothing where all is used', () => {
    expect(leftOut(pairs('ax', 'by'), {}, ['x', 'y'])).toEqual([])
    expect(synthesize(datasetConfig.parse({}).synthetic).leftOut).toBeUndefined()
  })

  // Counted by hand.
  it.each<[string, string[], object, string[], object[]]>([
    [
      'new items and repeated items of the catalogue',
      ['ax'],
      {},
      ['x', 'x', 'n', 'm', 'n'],
      [
        { reason: 'repeated items in the metadata', done: 'kept the first', items: 2 },
        { reason: 'new items', done: 'kept apart', items: 2 },
      ],
    ],
    [
      'items without metadata, kept',
      ['ax', 'by', 'bx'],
      {},
      ['x'],
      [{ reason: 'items without metadata', done: 'kept without text', items: 1 }],
    ],
    [
      'items without metadata, dropped, and whoever has nothing else',
      ['ax', 'by', 'cy', 'cx'],
      { missingMetadata: 'drop' },
      ['x'],
      [{ reason: 'items without metadata', done: 'dropped', users: 1, items: 1, interactions: 2 }],
    ],
    [
      'repeated pairs',
      ['ax', 'ax', 'ax', 'bx'],
      { duplicates: 'last' },
      ['x'],
      [{ reason: 'repeated pairs', done: 'kept the last', interactions: 2 }],
    ],
    ['repeated pairs not, where all are kept', ['ax', 'ax'], { duplicates: 'all' }, ['x'], []],
    [
      'what is outside the k-core',
      ['ax', 'ay', 'bx', 'by', 'cx', 'az'],
      { kCore: { users: 2, items: 2 } },
      ['x', 'y', 'z'],
      [{ reason: 'k-core', done: 'dropped', users: 1, items: 1, interactions: 2 }],
    ],
    ['a k-core not, that drops nobody', ['ax', 'bx'], { kCore: { users: 0, items: 2 } }, ['x'], []],
  ])('counts %s', (_, names, settings, catalogue, expected) => {
    expect(leftOut(pairs(...names), settings, catalogue)).toEqual(expected)
  })

  it('has items of the generated shop that nobody chose, where it is cleaned', () => {
    const config = datasetConfig.parse({
      synthetic: { users: 10, items: 200 },
      kCore: { users: 1, items: 2 },
    })
    const shop = synthesize(config.synthetic)
    const never = shop.itemIds.length - new Set(shop.interactions.item).size
    expect(never).toBeGreaterThan(0)
    expect(withCore(shop, config).leftOut).toContainEqual({
      reason: 'without interactions',
      done: 'dropped',
      users: 0,
      items: never,
    })
  })

  it('agrees with the notes', async () => {
    const root = folderOf({
      'orders.csv': 'user_id,item_id\na,x\na,x\nb,y\n',
      'products.csv': 'item_id,title\nx,X\nn,N\n',
    })
    const files = { interactions: join(root, 'orders.csv'), items: join(root, 'products.csv') }
    const { leftOut, notes } = await loadDataset({ name: 'files', files })
    expect(leftOut).toHaveLength(3)
    expect(notes).toEqual([
      '1 item of the metadata without interactions: a new item',
      '1 item of the interactions has no metadata: kept without text',
      '1 repeated (user, item) pair: kept the first',
      '1 of 2 items has no title',
    ])
  })
})

describeReal('of the official files', () => {
  it('has the movies that nobody rated: 9,125 in movies.csv, 9,066 of them rated', async () => {
    const { leftOut, notes } = await loadDataset('movielens-latest-small', { dataRoot: realData })
    expect(leftOut).toEqual([
      { reason: 'catalogue items without interactions', done: 'dropped', items: 9125 - 9066 },
    ])
    expect(notes).toEqual([])
  })
})
