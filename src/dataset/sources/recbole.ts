import { join } from 'node:path'
import { DataError, quote } from '../../util/errors.js'
import type { DatasetBuilder } from '../builder.js'
import { Columns, eachPlainRow, type OnRow } from './delimited.js'
import { idOf, numberOf, secondsOf } from './fields.js'
import { itemText } from './item-text.js'
import type { Source } from './source.js'

/** Names of the title in RecBole's own conversions of public data sets. */
const titles = ['title', 'movie_title', 'name', 'movie_name', 'book_title', 'item_name'] as const

/**
 * RecBole atomic files: `NAME.inter` and, where there is one, `NAME.item`; tabs, header cells
 * `name:type`. https://recbole.io/docs/user_guide/data/atomic_files.html
 */
export const recbole: Source = {
  name: 'recbole',
  find(folder) {
    const names = folder.files
      .filter((file) => file.endsWith('.inter'))
      .map((file) => file.slice(0, -'.inter'.length))
    return names.map((name) => ({
      name: `${folder.name}/${name}`,
      aliases: names.length === 1 ? [folder.name] : [],
      interactions: join(folder.path, `${name}.inter`),
      ...(folder.files.includes(`${name}.item`) && { items: join(folder.path, `${name}.item`) }),
    }))
  },
  async read(files, builder, ctx) {
    await eachPlainRow(ctx, files.interactions, (columns) =>
      interactionReader(untyped(columns).columns, builder),
    )
    if (files.items === undefined) return
    await eachPlainRow(ctx, files.items, (columns) => itemReader(columns, builder))
  },
}

function interactionReader(columns: Columns, builder: DatasetBuilder): OnRow {
  const [user, item] = [columns.of('user_id'), columns.of('item_id')]
  const [rating, time] = [columns.find('rating'), columns.find('timestamp')]
  return (cells, at) =>
    builder.add(
      {
        user: idOf(cells[user], 'user_id', at),
        item: idOf(cells[item], 'item_id', at),
        rating: rating === undefined ? undefined : numberOf(cells[rating], 'rating', at),
        timestamp: time === undefined ? undefined : secondsOf(cells[time], 'timestamp', at),
      },
      at,
    )
}

function itemReader(typed: Columns, builder: DatasetBuilder): OnRow {
  const { columns, types } = untyped(typed)
  const id = columns.of('item_id')
  const title = columns.find(...titles)
  if (title === undefined)
    builder.note(
      `no column of the .item file was taken for a title; it has ${columns.names.join(', ')}`,
    )
  const path = columns.find('categories', 'category')
  const flat = columns.find('class', 'genre', 'genres')
  const brand = columns.find('brand', 'store')
  const cell = (cells: string[], position: number | undefined) =>
    position === undefined ? undefined : cells[position]
  const levels = (cells: string[], position: number | undefined) =>
    position === undefined ? [] : tokens(cells[position], types[position])
  return (cells) => {
    const categories = [levels(cells, path), ...levels(cells, flat).map((genre) => [genre])]
    builder.setItem(
      cells[id],
      itemText({ title: cell(cells, title), categories, brand: cell(cells, brand) }),
    )
  }
}

/**
 * A cell's tokens: a `token_seq` is split at spaces, or at commas (quotes dropped) where it has
 * some: `'Beauty', 'Makeup'`.
 */
function tokens(cell: string, type: string): string[] {
  if (type !== 'token_seq') return [cell]
  const listed = cell.includes(',') || /^\s*\[?\s*(['"]).*\1\s*\]?\s*$/.test(cell)
  if (!listed) return cell.split(' ')
  const inner = cell.replace(/^\s*\[|\]\s*$/g, '')
  return inner.split(',').map((token) => token.trim().replace(/^(['"])(.*)\1$/, '$2'))
}

function untyped(typed: Columns): { columns: Columns; types: string[] } {
  const parts = typed.names.map((header) => {
    const colon = header.lastIndexOf(':')
    if (colon === -1)
      throw new DataError(
        `the header ${quote(header)} has no type; it is name:type, e.g. user_id:token`,
        typed.at,
      )
    return [header.slice(0, colon), header.slice(colon + 1)]
  })
  return {
    columns: new Columns(
      parts.map(([name]) => name),
      typed.at,
    ),
    types: parts.map(([, type]) => type),
  }
}
