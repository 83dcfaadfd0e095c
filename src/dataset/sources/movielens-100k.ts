import { eachCells } from './delimited.js'
import { idOf, numberOf, secondsOf } from './fields.js'
import { findPair, movieText } from './movielens.js'
import type { Source } from './source.js'

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
export const movielens100k: Source = {
  name: 'movielens-100k',
  find: (folder) => findPair(folder, 'u.data', 'u.item'),
  async read(files, builder, ctx) {
    const ratings = {
      path: files.interactions,
      separator: '\t',
      count: 4,
      encoding: 'latin1',
    } as const
    await eachCells(ctx, ratings, ([user, item, rating, time], at) =>
      builder.add(
        {
          user: idOf(user, 'user id', at),
          item: idOf(item, 'item id', at),
          rating: numberOf(rating, 'rating', at),
          timestamp: secondsOf(time, 'timestamp', at),
        },
        at,
      ),
    )
    if (files.items === undefined) return
    const count = cellsBeforeGenres + genres.length
    const movies = { path: files.items, separator: '|', count, encoding: 'latin1' } as const
    await eachCells(ctx, movies, ([id, title, , , , ...flags]) => {
      // Genre 0 is "unknown": no genre.
      const own = genres.filter((_, genre) => genre > 0 && flags[genre] === '1')
      builder.setItem(id, movieText(title, own))
    })
  },
}
