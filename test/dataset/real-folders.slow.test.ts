import { expect, it } from 'vitest'
import { loadDataset } from '#src/dataset/load.js'
import { describeReal, realData } from '../support/real-data.js'

describeReal('real data in folders', () => {
  it.each([
    ['amazon-2018-industrial', 3285, 3541, 21_664],
    ['amazon-2018-office', 3231, 3317, 21_188],
    ['deskdrop', 1895, 2987, 40_710],
    ['ifdb', 3147, 9535, 69_385],
    ['lastfm-hetrec', 1892, 12_523, 71_062],
    ['movietweetings', 16_554, 10_506, 100_000],
    ['online-retail', 5853, 4619, 480_978],
    ['steam', 22_825, 2897, 48_362],
    ['xwines-slim', 10_561, 1007, 150_000],
  ])('%s loads by its name, with every row accounted for', async (name, users, items, pairs) => {
    const found = await loadDataset(`csv/${name}`, { dataRoot: realData })
    const { userIds, itemIds, interactions, read, leftOut = [] } = found
    expect([userIds.length, itemIds.length, interactions.user.length]).toEqual([
      users,
      items,
      pairs,
    ])
    const lost = leftOut.reduce((sum, one) => sum + (one.interactions ?? 0), 0)
    expect(pairs + lost).toBe(read)
  })
})
