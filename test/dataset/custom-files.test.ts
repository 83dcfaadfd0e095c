import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { datasetConfig } from '#src/dataset/config.js'
import type { Dataset } from '#src/dataset/dataset.js'
import { loadDataset } from '#src/dataset/load.js'
import { folderOf } from '../support/files.js'

/** The first interaction as a source should give it, with its item's text. */
function first({ userIds, itemIds, interactions, items }: Dataset) {
  const { user, item, timestamp, rating } = interactions
  return {
    user: userIds[user[0]],
    item: itemIds[item[0]],
    time: timestamp?.[0],
    rating: rating?.[0],
    ...items[item[0]],
  }
}

const lines = (...records: object[]) =>
  records.map((record) => JSON.stringify(record)).join('\n') + '\n'

describe('custom files', () => {
  const load = async (
    files: Record<string, string>,
    record: { interactions: string; items?: string; [key: string]: unknown },
  ) => {
    const folder = folderOf(files)
    const config = {
      ...record,
      interactions: join(folder, record.interactions),
      ...(record.items ? { items: join(folder, record.items) } : {}),
    }
    return first(
      await loadDataset(datasetConfig.parse({ name: 'files', files: config }), {
        dataRoot: folder,
      }),
    )
  }

  it('may be CSV with other column names, ISO dates and category paths', async () => {
    const files = {
      'orders.csv': 'when,customer,sku\n2024-03-01T12:00:00Z,"Smith, J",=1+1\n',
      'products.csv.gz': 'sku,name,cat\n=1+1,Kettle,Kitchen > Kettles|Gifts\n',
    }
    const columns = {
      user: 'customer',
      item: 'sku',
      timestamp: 'when',
      title: 'name',
      categories: 'cat',
    }
    expect(
      await load(files, {
        interactions: 'orders.csv',
        items: 'products.csv.gz',
        columns,
        timestampUnit: 'iso',
      }),
    ).toEqual({
      user: 'Smith, J',
      item: '=1+1',
      time: Date.UTC(2024, 2, 1, 12) / 1000,
      rating: undefined,
      title: 'Kettle',
      categories: [['Kitchen', 'Kettles'], ['Gifts']],
    })
  })

  it('may be TSV and JSON lines with milliseconds', async () => {
    const files = {
      'a.tsv.gz': 'user_id\titem_id\ttimestamp\trating\nu\ti\t1600000000000\t4\n',
      'b.jsonl': lines({ item_id: 'i', title: 'T', brand: 'B' }),
    }
    expect(
      await load(files, { interactions: 'a.tsv.gz', items: 'b.jsonl', timestampUnit: 'ms' }),
    ).toMatchObject({ user: 'u', item: 'i', time: 1.6e9, rating: 4, title: 'T', brand: 'B' })
  })
})
