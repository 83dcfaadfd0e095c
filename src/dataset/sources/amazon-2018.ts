import { shopText } from '../door/item-text.js'
import { findReviews, shop } from './amazon.js'
import { tableSource } from './table-source.js'

/**
 * Amazon review data 2018: `X_5.json.gz` and, where there is one, `meta_X.json.gz`, both JSON
 * lines.
 */
export const amazon2018 = tableSource({
  name: 'amazon-2018',
  find: (folder) =>
    findReviews(folder, /^(?!reviews_|meta_)(.+?)(?:_5)?\.json(?:\.gz)?$/).filter(
      ({ interactions, items }) => items !== undefined || /_5\.json(\.gz)?$/.test(interactions),
    ),
  files: { ...shop.files, columns: { ...shop.files.columns, categories: 'category' } },
  text: { text: (fields) => shopText({ ...fields, title: title(fields.title) }) },
})

/**
 * A title, unless the crawl took a page's script in its place: "var aPageStart = (new
 * Date()).getTime(); ...".
 */
function title(value: unknown): unknown {
  return typeof value === 'string' && value.trimStart().startsWith('var aPage') ? undefined : value
}
