import { join } from 'node:path'
import { shopText } from '../door/item-text.js'
import { plainOrGzip } from './amazon.js'
import type { DatasetFiles, Folder } from './source.js'
import { tableSource } from './table-source.js'

/** Folders of reviews and of metadata: everything in one, or as the download has it. */
const layouts = [
  { reviews: '', metadata: '' },
  { reviews: 'raw/review_categories', metadata: 'raw/meta_categories' },
]

/**
 * Amazon Reviews 2023: `X.jsonl.gz` and `meta_X.jsonl.gz`. An item is a `parent_asin`; timestamps
 * are milliseconds.
 */
export const amazon2023 = tableSource({
  name: 'amazon-2023',
  find: (folder) => layouts.flatMap((layout) => findIn(folder, layout)),
  files: {
    columns: {
      ...{ user: 'user_id', item: 'parent_asin', rating: 'rating', timestamp: 'timestamp' },
      ...{ itemId: 'parent_asin', title: 'title', categories: 'categories' },
      ...{ brand: 'store', description: 'description' },
    },
    dialect: { sparse: true },
  },
  text: {
    more: ['main_category'],
    text: ({ categories = [], ...fields }, [root]) =>
      shopText({ ...fields, categories: categories.flat().length > 0 ? categories : [[root]] }),
  },
})

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
