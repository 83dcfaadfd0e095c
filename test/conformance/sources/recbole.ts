import type { SourceExample } from '../source.js'

export const recbole: SourceExample = {
  source: 'recbole',
  name: 'toys/toys',
  itemsOptional: true,
  gzNames: false,
  interactions: {
    path: 'toys/toys.inter',
    lines: [
      'user_id:token\titem_id:token\trating:float\ttimestamp:float',
      'u\ti\t2.0\t1000000000',
      'v\tj\t3.0\t1000000001',
    ],
    refused: [
      ['u\ti\t2.0', /the line has fewer cells than the header/],
      ['u\ti\t\t1000000000', /"rating" is empty; a rating is a finite number/],
    ],
  },
  items: {
    path: 'toys/toys.item',
    lines: ['item_id:token\ttitle:token_seq\tclass:token_seq', 'i\tA Top\tGames Fun'],
    refused: [['j\tTop', /the line has fewer cells than the header/]],
  },
  rows: [
    { user: 'u', item: 'i', timestamp: 1e9, rating: 2 },
    { user: 'v', item: 'j', timestamp: 1e9 + 1, rating: 3 },
  ],
  text: { title: 'A Top', categories: [['Games'], ['Fun']] },
}
