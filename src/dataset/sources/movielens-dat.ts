import { eachCells } from './delimited.js'
import { idOf, numberOf, secondsOf } from './fields.js'
import { findPair, movieText } from './movielens.js'
import type { Source } from './source.js'

/** 1M (2003) is Latin-1, 10M is UTF-8; only 1M has `users.dat`. */
const encodingOf = (files: readonly string[]) => (files.includes('users.dat') ? 'latin1' : 'utf-8')

/** MovieLens 1M and 10M: `ratings.dat` and `movies.dat`, cells between `::`. */
export const movielensDat: Source = {
  name: 'movielens-dat',
  find: (folder) =>
    findPair(folder, 'ratings.dat', 'movies.dat').map((found) => ({
      ...found,
      itemsEncoding: encodingOf(folder.files),
    })),
  async read(files, builder, ctx) {
    const ratings = {
      path: files.interactions,
      separator: '::',
      count: 4,
      encoding: 'latin1',
    } as const
    await eachCells(ctx, ratings, ([user, item, rating, time], at) =>
      builder.add(
        {
          user: idOf(user, 'UserID', at),
          item: idOf(item, 'MovieID', at),
          rating: numberOf(rating, 'Rating', at),
          timestamp: secondsOf(time, 'Timestamp', at),
        },
        at,
      ),
    )
    if (files.items === undefined) return
    const movies = {
      path: files.items,
      separator: '::',
      count: 3,
      encoding: files.itemsEncoding ?? 'utf-8',
    }
    await eachCells(ctx, movies, ([id, title, genres]) =>
      builder.setItem(id, movieText(title, genres.split('|'))),
    )
  },
}
