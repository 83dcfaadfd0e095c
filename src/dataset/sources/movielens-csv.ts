import { findPair, movieText } from './movielens.js'
import { tableSource } from './table-source.js'

/** MovieLens as CSV (latest-small, 25m, 32m): `ratings.csv` and `movies.csv`. */
export const movielensCsv = tableSource({
  name: 'movielens-csv',
  find: (folder) => findPair(folder, 'ratings.csv', 'movies.csv'),
  files: {
    columns: {
      ...{ user: 'userId', item: 'movieId', rating: 'rating', timestamp: 'timestamp' },
      ...{ itemId: 'movieId', title: 'title', categories: 'genres' },
    },
    dialect: { delimiter: ',', quote: '"', header: true },
  },
  text: { text: movieText },
})
