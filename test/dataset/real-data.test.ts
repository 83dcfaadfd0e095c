import { expect, it } from 'vitest'
import { datasetConfig } from '#src/dataset/config.js'
import { findDatasets } from '#src/dataset/find.js'
import { loadDataset } from '#src/dataset/load.js'
import { splitConfig } from '#src/dataset/split-config.js'
import { splitDataset } from '#src/dataset/split.js'
import { describeReal, realData } from '../support/real-data.js'

const load = (name: string, more: object = {}) =>
  loadDataset(datasetConfig.parse({ name, ...more }), { dataRoot: realData })

describeReal('the official files', () => {
  it.each([
    ['amazon-2014/Beauty', 22_363, 12_101, 198_502],
    ['amazon-2014/Sports_and_Outdoors', 35_598, 18_357, 296_337],
    ['movielens-latest-small', 671, 9_066, 100_004],
    ['movielens-100k/ml-100k', 943, 1_682, 100_000],
  ])(
    'of %s have the known number of users, items and interactions',
    async (name, users, items, interactions) => {
      const dataset = await load(name)
      expect([
        dataset.userIds.length,
        dataset.itemIds.length,
        dataset.interactions.item.length,
      ]).toEqual([users, items, interactions])
    },
  )

  it.each([
    ['amazon-2018/Gift_Cards', 458, 148, 2_972],
    ['amazon-2018/All_Beauty', 991, 85, 5_269],
  ])(
    'of %s have the known numbers when all repeated pairs are kept',
    async (name, users, items, interactions) => {
      const dataset = await load(name, { duplicates: 'all' })
      expect([
        dataset.userIds.length,
        dataset.itemIds.length,
        dataset.interactions.item.length,
      ]).toEqual([users, items, interactions])
      expect(dataset.interactions.rating).toBeDefined()
      expect((await load(name)).interactions.item.length).toBeLessThan(interactions)
    },
  )

  it('of Beauty have the known dates and titles, and are split in time as recorded', async () => {
    const dataset = await load('amazon-2014/Beauty')
    const time = dataset.interactions.timestamp!
    const day = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 10)
    expect([
      day(time.reduce((a, b) => Math.min(a, b))),
      day(time.reduce((a, b) => Math.max(a, b))),
    ]).toEqual(['2002-06-12', '2014-07-23'])
    expect(dataset.interactions.rating).toBeUndefined()
    expect(dataset.items.filter(({ title }) => title !== undefined)).toHaveLength(12_094)
    expect(dataset.items.every(({ categories }) => categories !== undefined)).toBe(true)
    const { train, trainUsers, coldItems, relevant } = splitDataset(dataset, splitConfig.parse({}))
    expect([train.item.length, trainUsers.length, coldItems.all.length]).toEqual([
      138_723, 19_616, 624,
    ])
    expect([coldItems.validation.length, coldItems.test.length]).toEqual([312, 312])
    expect(new Set([...relevant.validation.item, ...relevant.test.item]).size).toBe(592)
  })

  it('are each found once under the root', async () => {
    const names = (await findDatasets(realData)).map(({ name }) => name)
    expect(names).toEqual([...new Set(names)])
    expect(names).toEqual(
      expect.arrayContaining([
        'amazon-2014/Beauty',
        'amazon-2018/Gift_Cards',
        'movielens-latest-small',
        'movielens-100k/ml-100k',
      ]),
    )
  })
})
