import { join } from 'node:path'
import { idOf, numberOf, secondsOf } from './fields.js'
import { movieText } from './movielens-csv.js'
import type { Source } from './source.js'
import { eachCells } from './table.js'

/** 1M is of 2003 and Latin-1; 10M is UTF-8. 1M alone has `users.dat`. */
const encodingOf = (files: readonly string[]) => (files.includes('users.dat') ? 'latin1' : 'utf-8')

/** MovieLens 1M and 10M: `ratings.dat` and `movies.dat`, cells between `::`. */
export const movielensDat: Source = {
  family: 'movielens-dat',
  find: (folder) =>
    folder.files.includes('ratings.dat') && folder.files.includes('movies.dat')
      ? [
          {
            name: folder.name,
            family: 'movielens-dat',
            interactions: join(folder.path, 'ratings.dat'),
            items: join(folder.path, 'movies.dat'),
            itemsEncoding: encodingOf(folder.files),
          },
        ]
      : [],
  async read(found, builder, ctx) {
    const ratings = { path: found.interactions, separator: '::', count: 4, encoding: 'latin1' } as const
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
    if (found.items === undefined) return
    const movies = { path: found.items, separator: '::', count: 3, encoding: found.itemsEncoding ?? 'utf-8' }
    await eachCells(ctx, movies, ([id, title, genres]) => builder.setItem(id, movieText(title, genres.split('|'))))
  },
}
