import type { SourceExample } from '../source.js'

const json = (record: object) => JSON.stringify(record)

/** A line of reviews of 2014 and 2018. */
export const review = (more: object = {}) =>
  json({ reviewerID: 'A1', asin: 'B1', unixReviewTime: 1_400_000_000, overall: 5, ...more })

/** Reviews of 2014 and 2018 have the same fields. */
const reviews: Pick<SourceExample['interactions'], 'lines' | 'refused'> = {
  lines: [review(), review({ reviewerID: 'A2', asin: 'B2', overall: 3 })],
  refused: [
    ['{"reviewerID": ', /the line is not a JSON object/],
    ['[1]', /the line is not a JSON object/],
    [json({ asin: 'B1', unixReviewTime: 1 }), /"reviewerID" is empty; a user id is text/],
    [review({ reviewerID: ' ' }), /"reviewerID" is empty; a user id is text that is not empty/],
    [review({ overall: 'good' }), /"overall" is "good"; a rating is a finite number/],
    [
      review({ unixReviewTime: -1 }),
      /"unixReviewTime" is "-1"; read as seconds since 1970, from 1990/,
    ],
    [review({ unixReviewTime: 1_400_000_000_000 }), /"1400000000000"; read as seconds/],
  ],
}
const reviewRows = [
  { user: 'A1', item: 'B1', timestamp: 1_400_000_000, rating: 5 },
  { user: 'A2', item: 'B2', timestamp: 1_400_000_000, rating: 3 },
]

export const amazon2014: SourceExample = {
  source: 'amazon-2014',
  name: 'amazon-2014/Toys',
  itemsOptional: true,
  gzNames: true,
  interactions: { path: 'amazon-2014/reviews_Toys_5.json', ...reviews },
  items: {
    path: 'amazon-2014/meta_Toys.json',
    lines: [
      `{'asin': 'B1', 'title': "Kid's \\"Top\\"", 'brand': 'A &amp; B', 'price': 1.5, ` +
        `'categories': [['Toys', 'Tops'], ['Gifts']]}`,
    ],
    refused: [
      [`{'asin': __import__('os')}`, /the line is not a Python literal/],
      [`['B1']`, /the line is not a Python literal/],
      [`{'title': 'Top'}`, /"asin" is empty; an item id is text/],
    ],
  },
  rows: reviewRows,
  text: { title: `Kid's "Top"`, categories: [['Toys', 'Tops'], ['Gifts']], brand: 'A & B' },
}

export const amazon2018: SourceExample = {
  source: 'amazon-2018',
  name: 'amazon-2018/Toys',
  itemsOptional: true,
  gzNames: true,
  interactions: { path: 'amazon-2018/Toys_5.json', ...reviews },
  items: {
    path: 'amazon-2018/meta_Toys.json',
    lines: [json({ asin: 'B1', title: 'Top', category: ['Toys', 'Tops'], brand: 'B' })],
    refused: [
      [`{'asin': 'B1'}`, /the line is not a JSON object/],
      [json({ title: 'Top' }), /"asin" is empty/],
    ],
  },
  rows: reviewRows,
  text: { title: 'Top', categories: [['Toys', 'Tops']], brand: 'B' },
}

const review2023 = (more: object = {}) =>
  json({
    user_id: 'U1',
    parent_asin: 'P1',
    asin: 'other',
    rating: 3,
    timestamp: 1_600_000_000_500,
    ...more,
  })

export const amazon2023: SourceExample = {
  source: 'amazon-2023',
  name: 'amazon-2023/Toys',
  itemsOptional: false,
  gzNames: true,
  interactions: {
    path: 'amazon-2023/Toys.jsonl',
    lines: [
      review2023(),
      review2023({ user_id: 'U2', parent_asin: 'P2', timestamp: 1_600_000_001_000 }),
    ],
    refused: [
      [
        review2023({ timestamp: 1_600_000_000 }),
        /"timestamp" is "1600000000"; read as milliseconds/,
      ],
      [review2023({ parent_asin: null }), /"parent_asin" is empty; an item id is text/],
    ],
  },
  items: {
    path: 'amazon-2023/meta_Toys.jsonl',
    lines: [json({ parent_asin: 'P1', title: 'Top', categories: ['Toys', 'Tops'], store: 'S' })],
    refused: [[json({ title: 'Top' }), /"parent_asin" is empty/]],
  },
  rows: [
    { user: 'U1', item: 'P1', timestamp: 1_600_000_000.5, rating: 3 },
    { user: 'U2', item: 'P2', timestamp: 1_600_000_001, rating: 3 },
  ],
  text: { title: 'Top', categories: [['Toys', 'Tops']], brand: 'S' },
}

/** The folders of the official download. */
export const amazon2023Raw: SourceExample = {
  ...amazon2023,
  itemsOptional: true,
  interactions: {
    ...amazon2023.interactions,
    path: 'amazon-2023/raw/review_categories/Toys.jsonl',
  },
  items: { ...amazon2023.items, path: 'amazon-2023/raw/meta_categories/meta_Toys.jsonl' },
}
