import { join } from 'node:path'
import type { SourceExample } from '../source.js'

const json = (record: object) => JSON.stringify(record)

export const customCsv: SourceExample = {
  name: 'orders',
  itemsOptional: false,
  gzNames: false,
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
      ['2024-02-30,K,b', /"when" is "2024-02-30", not a date such as/],
      ['2024-03-01,,b', /"customer" is ""; an id is text that is not empty/],
      ['2024-03-01,"K,b', /a quote that is never closed/],
    ],
  },
  items: {
    path: 'products.csv',
    lines: ['item_id,title,categories', '=1+1,Kettle,Kitchen > Kettles|Gifts'],
    refused: [['b', /the line has 1 cells where 3 are expected/]],
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
      [json({ user_id: 1, timestamp: 1.6e12, rating: 4 }), /there is no "item_id"/],
      [
        json({ user_id: 1, item_id: 'i', timestamp: 1.6e12 }),
        /no rating here, but earlier lines have one/,
      ],
      [
        json({ user_id: 1.5, item_id: 'i', timestamp: 1.6e12, rating: 4 }),
        /"user_id" is 1.5; an id is text/,
      ],
    ],
  },
  items: {
    path: 'products.ndjson',
    lines: [json({ item_id: 'i', title: 'T', categories: ['A', 'B'], brand: 'B' })],
    refused: [[json({ title: 'T' }), /there is no "item_id"/]],
  },
  rows: [
    { user: '1', item: 'i', timestamp: 1.6e9, rating: 4 },
    { user: '2', item: 'j', timestamp: 1.7e9, rating: 5 },
  ],
  text: { title: 'T', categories: [['A', 'B']], brand: 'B' },
}
