import { join } from 'node:path'
import type { DatasetBuilder } from '../builder.js'
import { idOf, numberOf, secondsOf } from './fields.js'
import { eachRecord, optional, required } from './json-lines.js'
import type { DatasetFiles, Folder, ReadContext } from './source.js'

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

/**
 * Reviews of 2014 and 2018: `reviewerID`, `asin`, `unixReviewTime` in seconds, `overall` in stars
 * where there is one.
 */
export function readReviews(
  file: string,
  builder: DatasetBuilder,
  ctx: ReadContext,
): Promise<void> {
  return eachRecord(ctx, file, (review, at) => {
    const stars = optional(review, 'overall')
    builder.add(
      {
        user: idOf(required(review, 'reviewerID', at), 'reviewerID', at),
        item: idOf(required(review, 'asin', at), 'asin', at),
        timestamp: secondsOf(required(review, 'unixReviewTime', at), 'unixReviewTime', at),
        rating: stars === undefined ? undefined : numberOf(stars, 'overall', at),
      },
      at,
    )
  })
}
