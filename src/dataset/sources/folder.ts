import { join } from 'node:path'
import type { Source } from './source.js'

/** Name of the file that describes a folder's data set. */
const description = 'dataset.json'

const table = (role: string) =>
  new RegExp(`^${role}\\.(csv|tsv|jsonl|ndjson|json|parquet)(\\.gz)?$`)

/**
 * A folder of one's own data: `dataset.json`, which says what its files are, or `interactions` and
 * `items` as CSV, JSON or Parquet.
 */
export const folderOfData: Source = {
  name: 'folder',
  tables: true,
  find(folder) {
    const named = (role: string) => folder.files.find((file) => table(role).test(file))
    const interactions = folder.files.includes(description) ? description : named('interactions')
    if (interactions === undefined) return []
    const items = interactions === description ? undefined : named('items')
    const path = (file: string) => join(folder.path, file)
    return [
      {
        name: folder.name,
        interactions: path(interactions),
        ...(items && { items: path(items) }),
      },
    ]
  },
  async read(files, builder, context) {
    // What reads tables is large: a list of data sets does without.
    const { describedFiles } = await import('./described-files.js')
    const source = describedFiles(files, description, context)
    await source.read(source.files, builder, context)
  },
}
