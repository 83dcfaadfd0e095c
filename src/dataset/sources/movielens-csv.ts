import { eachTableRow } from './delimited.js'
import { idOf, numberOf, secondsOf } from './fields.js'
import { findPair, movieText } from './movielens.js'
import type { Source } from './source.js'

/** MovieLens as CSV (latest-small, 25m, 32m): `ratings.csv` and `movies.csv`. */
export const movielensCsv: Source = {
  name: 'movielens-csv',
  find: (folder) => findPair(folder, 'ratings.csv', 'movies.csv'),
  async read(files, builder, ctx) {
    await eachTableRow(ctx, files.interactions, ',', (columns) => {
      const [user, item, rating, time] = ['userId', 'movieId', 'rating', 'timestamp'].map((name) =>
        columns.of(name),
      )
      return (cells, at) =>
        builder.add(
          {
            user: idOf(cells[user], 'userId', at),
            item: idOf(cells[item], 'movieId', at),
            rating: numberOf(cells[rating], 'rating', at),
            timestamp: secondsOf(cells[time], 'timestamp', at),
          },
          at,
        )
    })
    if (files.items === undefined) return
    await eachTableRow(ctx, files.items, ',', (columns) => {
      const [id, title, genres] = ['movieId', 'title', 'genres'].map((name) => columns.of(name))
      return (cells) =>
        builder.setItem(cells[id], movieText(cells[title], cells[genres].split('|')))
    })
  },
}
