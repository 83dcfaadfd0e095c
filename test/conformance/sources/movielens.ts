import type { SourceExample } from '../source.js'

export const movielensCsv: SourceExample = {
  source: 'movielens-csv',
  name: 'ml',
  itemsOptional: false,
  gzNames: false,
  interactions: {
    path: 'ml/ratings.csv',
    lines: ['userId,movieId,rating,timestamp', '7,1,3.5,1000000000', '8,2,4,1000000001'],
    refused: [
      ['7,1,3.5', /the line has fewer cells than the/],
      ['7,1,good,1000000000', /"rating" is "good"; a rating is a finite number/],
      ['7,"1,3.5,1000000000', /a quote is not closed/],
    ],
  },
  items: {
    path: 'ml/movies.csv',
    lines: ['movieId,title,genres', '1,"Heat, The ""big"" (1995)",Action|Crime'],
    refused: [['2,Heat', /the line has fewer cells than the/]],
  },
  rows: [
    { user: '7', item: '1', timestamp: 1e9, rating: 3.5 },
    { user: '8', item: '2', timestamp: 1e9 + 1, rating: 4 },
  ],
  text: { title: 'Heat, The "big" (1995)', categories: [['Action'], ['Crime']] },
}

/** `users.dat` marks MovieLens 1M, whose titles are Latin-1. */
export const movielensDat: SourceExample = {
  source: 'movielens-dat',
  name: 'ml-1m',
  itemsOptional: false,
  gzNames: false,
  interactions: {
    path: 'ml-1m/ratings.dat',
    lines: ['7::1::4::978300760', '8::2::5::978300761'],
    refused: [
      ['7::1::4', /the line has fewer cells than the/],
      ['7::1::four::978300760', /"column 2" is "four"/],
    ],
  },
  items: {
    path: 'ml-1m/movies.dat',
    lines: ['1::Misérables, Les (1995)::Drama|Musical'],
    encoding: 'latin1',
    refused: [['2::Heat', /the line has fewer cells than the/]],
  },
  others: { 'ml-1m/users.dat': '7::F::1::10::48067\n' },
  rows: [
    { user: '7', item: '1', timestamp: 978_300_760, rating: 4 },
    { user: '8', item: '2', timestamp: 978_300_761, rating: 5 },
  ],
  text: { title: 'Misérables, Les (1995)', categories: [['Drama'], ['Musical']] },
}

/** Genre flags 1 and 8 are Action and Drama. */
const flags = Array.from({ length: 19 }, (_, k) => Number(k === 1 || k === 8)).join('|')

export const movielens100k: SourceExample = {
  source: 'movielens-100k',
  name: 'ml-100k',
  itemsOptional: false,
  gzNames: false,
  interactions: {
    path: 'ml-100k/u.data',
    lines: ['196\t242\t3\t881250949', '197\t243\t4\t881250950'],
    refused: [
      ['196 242 3 881250949', /the line has fewer cells than the/],
      ['196\t242\t3\tsoon', /"column 3" is "soon"/],
    ],
  },
  items: {
    path: 'ml-100k/u.item',
    lines: [`242|Kolya (1996)|24-Jan-1997||http://x|${flags}`],
    encoding: 'latin1',
    refused: [['243|Heat', /the line has fewer cells than the/]],
  },
  rows: [
    { user: '196', item: '242', timestamp: 881_250_949, rating: 3 },
    { user: '197', item: '243', timestamp: 881_250_950, rating: 4 },
  ],
  text: { title: 'Kolya (1996)', categories: [['Action'], ['Drama']] },
}
