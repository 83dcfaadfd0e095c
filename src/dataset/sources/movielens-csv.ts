import { join } from 'node:path'
import { idOf, numberOf, secondsOf } from './fields.js'
import { itemText } from './item-text.js'
import type { Source } from './source.js'
import { eachTableRow } from './table.js'

/** MovieLens as CSV (latest-small, 25m, 32m): `ratings.csv` and `movies.csv`. */
export const movielensCsv: Source = {
  family: 'movielens-csv',
  find: (folder) =>
    folder.files.includes('ratings.csv') && folder.files.includes('movies.csv')
      ? [
          {
            name: folder.name,
            family: 'movielens-csv',
            interactions: join(folder.path, 'ratings.csv'),
            items: join(folder.path, 'movies.csv'),
          },
        ]
      : [],
  async read(found, builder, ctx) {
    await eachTableRow(ctx, found.interactions, ',', (columns) => {
      const [user, item, rating, time] = ['userId', 'movieId', 'rating', 'timestamp'].map((name) => columns.of(name))
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
    if (found.items === undefined) return
    await eachTableRow(ctx, found.items, ',', (columns) => {
      const [id, title, genres] = ['movieId', 'title', 'genres'].map((name) => columns.of(name))
      return (cells) => builder.setItem(cells[id], movieText(cells[title], cells[genres].split('|')))
    })
  },
}

/** A movie's text; each genre is a category path of length 1. */
export function movieText(title: string, genres: readonly string[]) {
  return itemText({ title, categories: genres.filter((genre) => genre !== '(no genres listed)').map((genre) => [genre]) })
}
