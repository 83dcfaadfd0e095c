import { join } from 'node:path'
import { shopText } from '../door/item-text.js'
import type { DatasetFiles, Folder } from './source.js'

/** The file `name` of a listing, gzipped if both are there (gzip has a checksum). */
export function plainOrGzip(files: readonly string[], name: string): string | undefined {
  return [`${name}.gz`, name].find((candidate) => files.includes(candidate))
}

/**
 * Review files that `pattern` (category, `_5`) matches, one data set a category: the 5-core if both
 * are there.
 */
export function findReviews(folder: Folder, pattern: RegExp): DatasetFiles[] {
  const categories = new Map<string, string[]>()
  for (const file of folder.files) {
    const category = pattern.exec(file)?.[1]
    if (category !== undefined)
      categories.set(category, [...(categories.get(category) ?? []), file])
  }
  return [...categories].map(([category, files]) => {
    const [chosen, ...others] = files.sort((a, b) => rank(a) - rank(b))
    const items = plainOrGzip(folder.files, `meta_${category}.json`)
    return {
      name: `${folder.name}/${category}`,
      interactions: join(folder.path, chosen),
      ...(items && { items: join(folder.path, items) }),
      ...(others.length > 0 && { notes: [`${chosen} was read, not ${others.join(', ')}`] }),
    }
  })
}

const rank = (file: string) => (file.includes('_5.json') ? 0 : 2) + (file.endsWith('.gz') ? 0 : 1)

/** Files of 2014 and 2018: times are seconds; ratings are stars, where there are any. */
export const shop = {
  files: {
    columns: {
      ...{ user: 'reviewerID', item: 'asin', rating: 'overall', timestamp: 'unixReviewTime' },
      ...{ itemId: 'asin', title: 'title', categories: 'categories' },
      ...{ brand: 'brand', description: 'description' },
    },
    dialect: { sparse: true },
  },
  text: { text: shopText },
}
