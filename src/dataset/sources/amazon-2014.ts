import { DataError } from '../../util/errors.js'
import type { FileLine } from '../file-line.js'
import { findReviews, readReviews } from './amazon.js'
import { missingColumn } from './fields.js'
import { shopText } from './item-text.js'
import { parsePythonLiteral, PythonLiteralError, type PythonDict } from './python-literal.js'
import type { Source } from './source.js'

/**
 * Amazon product data 2014: `reviews_X_5.json.gz` and `meta_X.json.gz`, whose lines are Python
 * literals.
 */
export const amazon2014: Source = {
  name: 'amazon-2014',
  find: (folder) => findReviews(folder, /^reviews_(.+?)(?:_5)?\.json(?:\.gz)?$/),
  async read(files, builder, ctx) {
    await readReviews(files.interactions, builder, ctx)
    if (files.items === undefined) return
    await ctx.lines(files.items, (line, at) => {
      const product = parseProduct(line, at)
      const { asin, title, categories, brand, description } = product
      if (typeof asin !== 'string') throw missingColumn('asin', Object.keys(product), at)
      builder.setItem(asin, () =>
        shopText({ title, categories: paths(categories), brand, description }),
      )
    })
  },
}

function parseProduct(line: string, at: FileLine): PythonDict {
  try {
    const value = parsePythonLiteral(line)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  } catch (error) {
    if (!(error instanceof PythonLiteralError)) throw error
    throw new DataError(`the line is not a Python literal: ${error.message}`, at, { cause: error })
  }
  throw new DataError('the line is not a Python dict', at)
}

const paths = (value: unknown) =>
  Array.isArray(value) ? value.filter((path) => Array.isArray(path)) : undefined
