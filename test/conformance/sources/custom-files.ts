import { join } from 'node:path'
import type { SourceExample } from '../source.js'

const json = (record: object) => JSON.stringify(record)

export const customCsv: SourceExample = {
  name: 'orders',
  itemsOptional: false,
  gzNames: false,
  keepsNewItems: true,
  settings: (root) => ({
    name: 'files',
    files: {
      interactions: join(root, 'orders.csv'),
      items: join(root, 'products.csv'),
      columns: { user: 'customer', timestamp: 'when' },
      timestampUnit: 'iso',
    },
  }),
  interactions: {
    path: 'orders.csv',
    lines: ['when,customer,item_id', '2024-03-01,"Smith, J",=1+1', '2024-03-02T12:00Z,K,b'],
    refused: [
      ['2024-02-30,K,b', /"when" is "2024-02-30"; read as dates such as/],
      ['2024-03-01,,b', /"customer" is empty; a user id is text that is not empty/],
      ['2024-03-01,"K,b', /a quote is not closed, or stands inside a cell/],
    ],
  },
  items: {
    path: 'products.csv',
    lines: ['item_id,title,categories', '=1+1,Kettle,Kitchen > Kettles|Gifts'],
    refused: [['b', /the line has fewer cells than the header: "b"/]],
  },
  rows: [
    { user: 'Smith, J', item: '=1+1', timestamp: Date.UTC(2024, 2, 1) / 1000 },
    { user: 'K', item: 'b', timestamp: Date.UTC(2024, 2, 2, 12) / 1000 },
  ],
  text: { title: 'Kettle', categories: [['Kitchen', 'Kettles'], ['Gifts']] },
}

export const customJson: SourceExample = {
  name: 'orders',
  itemsOptional: false,
  gzNames: false,
  keepsNewItems: true,
  settings: (root) => ({
    name: 'files',
    files: {
      interactions: join(root, 'orders.jsonl'),
      items: join(root, 'products.ndjson'),
      timestampUnit: 'ms',
    },
  }),
  interactions: {
    path: 'orders.jsonl',
    lines: [
      json({ user_id: 1, item_id: 'i', timestamp: 1.6e12, rating: 4 }),
      json({ user_id: 2, item_id: 'j', timestamp: 1.7e12, rating: 5 }),
    ],
    refused: [
      [
        json({ user_id: 1, timestamp: 1.6e12, rating: 4 }),
        /"item_id" is empty; an item id is text/,
      ],
      [
        json({ user_id: 1, item_id: 'i', timestamp: 1.6e12 }),
        /"rating" is empty; a rating is a finite number/,
      ],
      [
        json({ user_id: 1.5, item_id: 'i', timestamp: 1.6e12, rating: 4 }),
        /the id "1.5" is a number with decimals/,
      ],
    ],
  },
  items: {
    path: 'products.ndjson',
    lines: [json({ item_id: 'i', title: 'T', categories: ['A', 'B'], brand: 'B' })],
    refused: [[json({ title: 'T' }), /"item_id" is empty; an item id is text/]],
  },
  rows: [
    { user: '1', item: 'i', timestamp: 1.6e9, rating: 4 },
    { user: '2', item: 'j', timestamp: 1.7e9, rating: 5 },
  ],
  text: { title: 'T', categories: [['A', 'B']], brand: 'B' },
}

/** A folder that needs no description. */
export const folderExample: SourceExample = {
  ...customCsv,
  source: 'folder',
  name: 'shop',
  itemsOptional: true,
  gzNames: true,
  settings: undefined,
  interactions: {
    path: 'shop/interactions.csv',
    lines: ['date,customer,item_id', '2024-03-01,"Smith, J",=1+1', '2024-03-02T12:00Z,K,b'],
    refused: [['2024-03-01,,b', /"customer" is empty; a user id is text that is not empty/]],
  },
  items: { ...customCsv.items, path: 'shop/items.csv' },
}
