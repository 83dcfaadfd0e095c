import { findPair } from './movielens.js'
import { tableSource } from './table-source.js'

/** Genres of the last 19 cells of `u.item`, in their order (`u.genre`). */
const genres = [
  'unknown',
  'Action',
  'Adventure',
  'Animation',
  "Children's",
  'Comedy',
  'Crime',
  'Documentary',
  'Drama',
  'Fantasy',
  'Film-Noir',
  'Horror',
  'Musical',
  'Mystery',
  'Romance',
  'Sci-Fi',
  'Thriller',
  'War',
  'Western',
]

/** Id, title, two dates, URL, then a flag a genre. */
const cellsBeforeGenres = 5

/** MovieLens 100k: `u.data` (tabs) and `u.item` (`|`, Latin-1). */
export const movielens100k = tableSource({
  name: 'movielens-100k',
  find: (folder) => findPair(folder, 'u.data', 'u.item'),
  files: {
    columns: {
      ...{ user: '0', item: '1', rating: '2', timestamp: '3' },
      ...{ itemId: '0', title: '1' },
    },
    dialect: { delimiter: '\t', quote: '', header: false, encoding: 'latin1' },
    itemsDialect: { delimiter: '|' },
  },
  text: {
    more: genres.map((_, genre) => String(cellsBeforeGenres + genre)),
    text: (fields, flags) => ({
      ...fields,
      // Genre 0 is "unknown": no genre.
      categories: genres.filter((_, k) => k > 0 && flags[k] === '1').map((genre) => [genre]),
    }),
  },
})
