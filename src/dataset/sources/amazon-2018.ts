import { findReviews, readReviews } from './amazon.js'
import { idOf } from './fields.js'
import { shopText } from './item-text.js'
import { eachRecord, optional, required, type JsonRecord } from './json-lines.js'
import type { Source } from './source.js'

/**
 * Amazon review data 2018: `X_5.json.gz` and, where there is one, `meta_X.json.gz`, both JSON
 * lines.
 */
export const amazon2018: Source = {
  name: 'amazon-2018',
  find: (folder) =>
    findReviews(folder, /^(?!reviews_|meta_)(.+?)(?:_5)?\.json(?:\.gz)?$/).filter(
      ({ interactions, items }) => items !== undefined || /_5\.json(\.gz)?$/.test(interactions),
    ),
  async read(files, builder, ctx) {
    await readReviews(files.interactions, builder, ctx)
    if (files.items === undefined) return
    await eachRecord(ctx, files.items, (product, at) => {
      const asin = idOf(required(product, 'asin', at), 'asin', at)
      builder.setItem(asin, () => text(product))
    })
  },
}

function text(product: JsonRecord) {
  const category = optional(product, 'category')
  return shopText({
    title: title(optional(product, 'title')),
    categories: Array.isArray(category) ? [category] : undefined,
    brand: optional(product, 'brand'),
    description: optional(product, 'description'),
  })
}

/**
 * A title, unless the crawl took a page's script in its place: "var aPageStart = (new
 * Date()).getTime(); ...".
 */
function title(value: unknown): unknown {
  return typeof value === 'string' && value.trimStart().startsWith('var aPage') ? undefined : value
}
