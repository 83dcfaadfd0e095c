import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DatasetBuilder } from '#src/dataset/builder.js'
import { datasetConfig } from '#src/dataset/config.js'
import { launchSplit } from '#src/dataset/launch-split.js'
import { loadDataset } from '#src/dataset/load.js'
import { folderOf } from '../support/files.js'

const orders = 'user_id,item_id,timestamp\nann,a,1\nann,b,2\nbob,a,3\n'
const products =
  'item_id,title,brand\na,Red tea,Leaf\nb,Green tea,Leaf\nnew-1,Black tea,Leaf\nnew-2,,\n'

/** @param named - content of a file of new items; absent: no such file */
async function load(items: string, named?: string, since?: string) {
  const folder = folderOf({ 'orders.csv': orders, 'products.csv': items, 'new.txt': named ?? '' })
  const files = {
    interactions: join(folder, 'orders.csv'),
    items: join(folder, 'products.csv'),
    columns: { timestamp: 'timestamp' },
    timestampUnit: 's' as const,
  }
  const file = named === undefined ? undefined : join(folder, 'new.txt')
  const newItems = (file ?? since) ? { file, since } : undefined
  return loadDataset({ name: 'files', files, newItems })
}

describe('items of the catalogue that nobody has interacted with', () => {
  it('are kept apart, with their text, and counted in the notes', async () => {
    const { itemIds, newItems, notes } = await load(products)
    expect(itemIds).toEqual(['a', 'b'])
    expect(newItems).toEqual({
      ids: ['new-1', 'new-2'],
      items: [{ title: 'Black tea', brand: 'Leaf' }, {}],
    })
    expect(notes.join('\n')).toContain('2 items of the metadata without interactions: new items')
  })

  it('change neither what experiments see nor the fingerprint', async () => {
    const known = products.split('\n').slice(0, 3).join('\n') + '\n'
    const [without, both] = [await load(known), await load(products)]
    expect(without.newItems).toBeUndefined()
    expect(both.fingerprint).toBe(without.fingerprint)
    expect(both.items).toEqual(without.items)
  })

  it('count once where the catalogue repeats them', async () => {
    const { newItems } = await load(products + 'new-1,Another title,\n')
    expect(newItems!.ids).toEqual(['new-1', 'new-2'])
    expect(newItems!.items[0].title).toBe('Black tea')
  })

  it('come after the known ones in a launch, which trains on all interactions', async () => {
    const { dataset, split } = launchSplit(await load(products))
    expect(dataset.itemIds).toEqual(['a', 'b', 'new-1', 'new-2'])
    expect([...split.warmItems]).toEqual([0, 1])
    expect([...split.coldItems.all]).toEqual([2, 3])
    expect(split.train.item).toHaveLength(3)
    expect(split.relevant.warm.users).toHaveLength(0)
  })
})

describe('items that a file names', () => {
  it('are the only new ones; the others of the catalogue are counted', async () => {
    const { newItems, notes, leftOut } = await load(products, 'new-1\n\n new-1 \n')
    expect(newItems).toEqual({
      ids: ['new-1'],
      items: [{ title: 'Black tea', brand: 'Leaf' }],
    })
    expect(leftOut).toEqual([
      { reason: 'repeated ids of new items', done: 'counted once', items: 1 },
      { reason: 'new items', done: 'kept apart', items: 1 },
      { reason: 'catalogue items without interactions', done: 'dropped', items: 1 },
    ])
    expect(notes).toEqual([
      '1 repeated id in new.txt: each counts once',
      '1 item of the metadata without interactions: a new item',
      '1 item of the metadata without interactions, not named in new.txt: left out',
    ])
  })

  it('may stand in a column of a CSV', async () => {
    const csv = 'why,"item_id"\n"soon, or\nlater",new-2\nnow,new-1\n'
    expect((await load(products, csv)).newItems!.ids).toEqual(['new-1', 'new-2'])
  })

  it('do not change what experiments see, nor its fingerprint', async () => {
    const { fingerprint } = await load(products)
    expect((await load(products, 'new-2')).fingerprint).toBe(fingerprint)
  })

  it.each([
    ['an id of no item', 'new-1\nnew-3\n', /new\.txt:2: item_id "new-3" is not in the catalogue/],
    ['another header', 'which\nnew-1\n', /"which" is not in .*; the column of a CSV is item_id$/],
    ['an id with interactions', 'a\n', /new\.txt:1: item_id "a" has .*--new-since/],
    ['no id', '\n \n', /new\.txt: the file has no rows/],
    ['a header alone', 'item_id\n', /new\.txt: has no item/],
    ['an empty cell', 'item_id,why\n,now\n', /new\.txt:2: "item_id" is empty/],
  ])('are refused where the file has %s', async (_, named, message) => {
    await expect(load(products, named)).rejects.toThrow(message)
  })
})

describe('items first interacted with since a date', () => {
  const day = (n: number) => `1970-01-${String(n).padStart(2, '0')}`
  const row = fc.record({
    user: fc.constantFrom(...'abcd'),
    item: fc.constantFrom(...'stuvwxyz'),
    timestamp: fc.integer({ min: 1, max: 8 }).map((n) => (n - 1) * 86_400),
  })

  it('are new: their interactions, and users without others, are gone, but who has them is known', () => {
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 2, max: 8 }),
        (rows, since) => {
          const first = (item: string) =>
            Math.min(...rows.filter((one) => one.item === item).map(({ timestamp }) => timestamp))
          const isNew = (item: string) => first(item) >= (since - 1) * 86_400
          const known = rows.filter(({ item }) => !isNew(item))
          const fresh = rows.filter(({ item }) => isNew(item))
          fc.pre(known.length > 0 && fresh.length > 0)
          const builder = new DatasetBuilder()
          rows.forEach((one, k) => builder.add(one, { file: 'mine.csv', line: k + 1 }))
          const config = { duplicates: 'all', newItems: { since: day(since) } }
          const data = builder.finish('mine', datasetConfig.parse(config))

          const users = new Set(known.map(({ user }) => user))
          const pairs = (list: typeof rows) => list.map(({ user, item }) => user + item)
          const { user, item } = data.interactions
          expect(Array.from(user, (u, k) => data.userIds[u] + data.itemIds[item[k]])).toEqual(
            pairs(known),
          )
          const { ids, owned } = data.newItems!
          expect(new Set(ids)).toEqual(new Set(fresh.map((one) => one.item)))
          expect(Array.from(owned!.user, (u, k) => data.userIds[u] + ids[owned!.item[k]])).toEqual(
            pairs(fresh.filter((one) => users.has(one.user))),
          )
          expect(data.leftOut).toContainEqual({
            reason: 'new items with interactions',
            done: 'kept apart',
            users: new Set(rows.map((one) => one.user)).size - users.size,
            items: ids.length,
            interactions: fresh.length,
          })
        },
      ),
    )
  })

  it('come before those of the catalogue, and nobody is shown one again', async () => {
    // a and b are first chosen at seconds 1 and 2.
    const data = await load(products, undefined, '1970-01-01T00:00:02Z')
    expect(data.newItems!.ids).toEqual(['b', 'new-1', 'new-2'])
    expect(data.newItems!.items[0].title).toBe('Green tea')
    const { dataset, owned } = launchSplit(data)
    expect(dataset.itemIds).toEqual(['a', 'b', 'new-1', 'new-2'])
    expect([...owned]).toEqual([[0, [1]]])
  })

  it('are left to those of the catalogue where none is', async () => {
    const { newItems, leftOut } = await load(products, undefined, '1970-01-01T00:00:03Z')
    expect(newItems).toMatchObject({ ids: ['new-1', 'new-2'] })
    expect(leftOut).toEqual([{ reason: 'new items', done: 'kept apart', items: 2 }])
  })

  it.each([
    [
      'a date after the last interaction',
      '2030-01-01',
      /after the last interaction, of 1970-01-01/,
    ],
    [
      'a date before the first',
      '1960-01-01',
      /^all 2 items were first .* since 1960-01-01; use a later/,
    ],
    ['no date', 'soon', /dataset\.newItems\.since = "soon": not a date such as/],
    ['a day that is not in the calendar', '2023-02-30', /not a date such as/],
  ])('are refused for %s', async (_, since, message) => {
    await expect(load(products, undefined, since)).rejects.toThrow(message)
  })

  it('are refused beside a file, and where nothing is new', async () => {
    await expect(load(products, 'new-1', '1970-01-01')).rejects.toThrow(
      /give either file \(--new\) or since \(--new-since\)/,
    )
    const known = products.split('\n').slice(0, 3).join('\n')
    await expect(load(known, undefined, '1970-01-01T00:00:03Z')).rejects.toThrow(
      /no item was first interacted with since/,
    )
  })
})

describe('the generated shop', () => {
  it('takes the same choices', async () => {
    const synthetic = { users: 200, items: 200 }
    const whole = await loadDataset({ synthetic })
    const chosen = await loadDataset({ synthetic, newItems: { since: '2022-07-01' } })
    const ids = new Set(chosen.newItems!.ids)
    const first = new Map<string, number>()
    whole.interactions.item.forEach((item, k) => {
      const time = whole.interactions.timestamp![k]
      const id = whole.itemIds[item]
      first.set(id, Math.min(time, first.get(id) ?? Infinity))
    })
    const date = Date.UTC(2022, 6, 1) / 1000
    const expected = whole.itemIds.filter((id) => (first.get(id) ?? Infinity) >= date)
    expect(expected.length).toBeGreaterThan(0)
    expect(ids).toEqual(new Set(expected))
  })
})
