import { findPair, movieText } from './movielens.js'
import { tableSource } from './table-source.js'

/** 1M (2003) is Latin-1, 10M is UTF-8; only 1M has `users.dat`. */
const encodingOf = (files: readonly string[]) => (files.includes('users.dat') ? 'latin1' : 'utf-8')

/** MovieLens 1M and 10M: `ratings.dat` and `movies.dat`, cells between `::`. */
export const movielensDat = tableSource({
  name: 'movielens-dat',
  find: (folder) =>
    findPair(folder, 'ratings.dat', 'movies.dat').map((found) => ({
      ...found,
      itemsEncoding: encodingOf(folder.files),
    })),
  files: {
    columns: {
      ...{ user: '0', item: '1', rating: '2', timestamp: '3' },
      ...{ itemId: '0', title: '1', categories: '2' },
    },
    dialect: { delimiter: '::', quote: '', header: false },
  },
  text: { text: movieText },
})
