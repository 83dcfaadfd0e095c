import { findReviews, shop } from './amazon.js'
import { tableSource } from './table-source.js'

/**
 * Amazon product data 2014: `reviews_X_5.json.gz` and `meta_X.json.gz`, whose lines are Python
 * literals.
 */
export const amazon2014 = tableSource({
  ...shop,
  name: 'amazon-2014',
  find: (folder) => findReviews(folder, /^reviews_(.+?)(?:_5)?\.json(?:\.gz)?$/),
})
