import { basename } from 'node:path'
import { DataError, quote } from '../../util/errors.js'
import type { FileLine } from '../file-line.js'
import type { Finding } from '../left-out.js'
import type { Look } from './look.js'

/** Usual names of an id of something that is shown, bought or read. */
const itemIds = [
  ...['product_id', 'productid', 'sku', 'parent_asin', 'asin', 'isbn', 'movie_id', 'movieid'],
  ...['book_id', 'artist_id', 'artistid', 'game_id', 'app_id', 'article_id', 'track_id'],
  ...['business_id', 'stockcode'],
]

/** Names under which people keep a column, in the order in which they are looked for. */
export const usualNames = {
  user: [
    ...['user_id', 'userid', 'user', 'customer_id', 'customerid', 'customer', 'reviewerid'],
    ...['visitorid', 'account_id', 'member_id', 'client_id', 'uid'],
  ],
  item: ['item_id', 'itemid', 'item', 'product', ...itemIds],
  itemId: ['item_id', 'itemid', 'id', ...itemIds],
  rating: ['rating', 'ratings', 'stars', 'score', 'overall', 'book-rating'],
  timestamp: [
    'timestamp',
    'time',
    'unixreviewtime',
    'date',
    'datetime',
    'created_at',
    'ordered_at',
    'order_date',
    'invoicedate',
    'purchase_date',
  ],
  title: [
    'title',
    'name',
    'item_name',
    'product_name',
    'movie_title',
    'movie_name',
    'book_title',
    'book-title',
    'product_title',
    'artist_name',
    'track_name',
    'game_name',
    'app_name',
  ],
  categories: ['categories', 'category', 'genres', 'genre', 'class', 'tags', 'department'],
  brand: ['brand', 'manufacturer', 'publisher', 'store', 'maker', 'author', 'book-author'],
  description: ['description', 'summary', 'text', 'about'],
} as const

export type Role = keyof typeof usualNames

/** Without these a table is of no use. */
const needed: Role[] = ['user', 'item', 'itemId']

/** Where a column stands, and whether it was taken because of its name alone. */
export interface Found {
  name: string
  position: number
  taken: boolean
}

/**
 * The column of a role: the one that is named, else the first with a usual name.
 * @throws DataError for a named column that is not there, with those that are; and where two have
 * the name
 */
export function columnOf(look: Look, role: Role, named: string | undefined): Found | undefined {
  const { columns } = look
  if (named !== undefined) {
    const known = columns.includes(named) || !look.sparse || needed.includes(role)
    if (known) return at(look, named, false)
    // JSON has a field in some rows only, perhaps not in the first ones.
    return look.format === 'csv' ? undefined : { name: named, position: -1, taken: false }
  }
  if (role === 'item') refuseLists(look)
  const lower = columns.map((column) => column.toLowerCase().replace(/[\s-]+/g, '_'))
  const usual = usualNames[role].find((one) => lower.includes(one.replace(/-/g, '_')))
  if (usual === undefined) return undefined
  const name = columns[lower.indexOf(usual.replace(/-/g, '_'))]
  return at(look, name, name !== usualNames[role][0])
}

/** @throws DataError where a row has a list of items, as sequential recommenders take them */
function refuseLists({ columns, file }: Look): void {
  const list = columns.find((column) => /^(item|product)_?ids?_list$/i.test(column))
  if (list !== undefined)
    throw new DataError(
      `${quote(list)} is a list of items in each row; write a row for each interaction ` +
        '(RecBole: its atomic file NAME.inter, not one made for sequences)',
      { file, line: 1 },
    )
}

function at({ columns, file, header }: Look, name: string, taken: boolean): Found {
  const position = columns.indexOf(name)
  const line = header ? 1 : undefined
  if (position === -1) throw missingColumn(name, columns, { file, line: line ?? 1 })
  if (columns.indexOf(name, position + 1) !== -1)
    throw new DataError(`two columns are named ${quote(name)}`, { file, line })
  return { name: header ? name : `column ${name}`, position, taken }
}

/**
 * Says how a file is written, where that is unusual, and which columns were taken because of their
 * names.
 * @param flag - that names other columns
 */
export function lookFindings(
  { file, unusual }: Look,
  roles: Record<string, Found | undefined>,
  flag: string,
): Finding[] {
  const taken = Object.entries(roles).flatMap(([role, found]) =>
    found?.taken ? [`${role} = ${found.name}`] : [],
  )
  const notes = [
    ...(unusual.length > 0 ? [` is read with ${unusual.join(', ')} (found by looking)`] : []),
    ...(taken.length > 0
      ? [`: columns by their names: ${taken.join(', ')} (${flag} says others)`]
      : []),
  ]
  return notes.map((note) => ({ note: basename(file) + note }))
}

/** The error of a file that lacks a column. */
function missingColumn(column: string, present: readonly string[], at: FileLine): DataError {
  return new DataError(`there is no ${quote(column)}; there is ${listOf(present)}`, at)
}

/** Names of columns, for messages. */
export function listOf(columns: readonly string[]): string {
  const shown = columns.slice(0, 30).map((column) => quote(column))
  return (shown.join(', ') || 'nothing') + (columns.length > 30 ? ', ...' : '')
}
