import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { launchSplit } from '#src/dataset/launch-split.js'
import { loadDataset } from '#src/dataset/load.js'
import { folderOf } from '../support/files.js'

const orders = 'user_id,item_id,timestamp\nann,a,1\nann,b,2\nbob,a,3\n'
const products =
  'item_id,title,brand\na,Red tea,Leaf\nb,Green tea,Leaf\nnew-1,Black tea,Leaf\nnew-2,,\n'

async function load(items: string) {
  const folder = folderOf({ 'orders.csv': orders, 'products.csv': items })
  const files = {
    interactions: join(folder, 'orders.csv'),
    items: join(folder, 'products.csv'),
    columns: { timestamp: 'timestamp' },
  }
  return loadDataset({ name: 'files', files })
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
