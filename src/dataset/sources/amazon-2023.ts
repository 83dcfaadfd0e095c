import { join } from 'node:path'
import { plainOrGzip } from './amazon.js'
import { idOf, millisecondsOf, numberOf } from './fields.js'
import { shopText } from './item-text.js'
import { eachRecord, optional, required, type JsonRecord } from './json-lines.js'
import type { DatasetFiles, Folder, Source } from './source.js'

/** Folders of reviews and of metadata: everything in one, or as the download has it. */
const layouts = [
  { reviews: '', metadata: '' },
  { reviews: 'raw/review_categories', metadata: 'raw/meta_categories' },
]

/**
 * Amazon Reviews 2023: `X.jsonl.gz` and `meta_X.jsonl.gz`. An item is a `parent_asin`; timestamps
 * are milliseconds.
 */
export const amazon2023: Source = {
  name: 'amazon-2023',
  find: (folder) => layouts.flatMap((layout) => findIn(folder, layout)),
  async read(files, builder, ctx) {
    await eachRecord(ctx, files.interactions, (review, at) =>
      builder.add(
        {
          user: idOf(required(review, 'user_id', at), 'user_id', at),
          item: idOf(required(review, 'parent_asin', at), 'parent_asin', at),
          timestamp: millisecondsOf(required(review, 'timestamp', at), 'timestamp', at),
          rating: numberOf(required(review, 'rating', at), 'rating', at),
        },
        at,
      ),
    )
    if (files.items === undefined) return
    await eachRecord(ctx, files.items, (product, at) => {
      const id = idOf(required(product, 'parent_asin', at), 'parent_asin', at)
      builder.setItem(id, () => text(product))
    })
  },
}

function findIn(folder: Folder, layout: (typeof layouts)[number]): DatasetFiles[] {
  const filesIn = (below: string) => (below === '' ? folder.files : folder.filesIn(below))
  const metadata = filesIn(layout.metadata)
  const categories = new Set<string>()
  for (const file of filesIn(layout.reviews)) {
    const category = /^(?!meta_)(.+)\.jsonl(?:\.gz)?$/.exec(file)?.[1]
    if (category !== undefined) categories.add(category)
  }
  return [...categories].flatMap((category) => {
    const items = plainOrGzip(metadata, `meta_${category}.jsonl`)
    // Without its metadata, X.jsonl may be of any family.
    if (items === undefined && layout.reviews === '') return []
    const reviews = plainOrGzip(filesIn(layout.reviews), `${category}.jsonl`)!
    return {
      name: `${folder.name}/${category}`,
      interactions: join(folder.path, layout.reviews, reviews),
      ...(items && { items: join(folder.path, layout.metadata, items) }),
    }
  })
}

function text(product: JsonRecord) {
  const path = optional(product, 'categories')
  const root = optional(product, 'main_category')
  const levels = Array.isArray(path) && path.length > 0 ? path : [root]
  return shopText({
    title: optional(product, 'title'),
    categories: [levels],
    brand: optional(product, 'store'),
    description: optional(product, 'description'),
  })
}
