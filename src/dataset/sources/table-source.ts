import { filesConfig, type FilesConfig } from '../config.js'
import { changedFiles } from './changed-files.js'
import type { KnownFiles } from './custom-files.js'
import type { Source } from './source.js'

/** A family of tables: how they are found, and how they are written. */
export interface TableFamily extends Pick<Source, 'name' | 'find'>, Pick<KnownFiles, 'text'> {
  /** Settings of its files. What is not said is found by looking. */
  files?: Partial<Pick<FilesConfig, 'columns' | 'dialect' | 'itemsDialect'>>
}

/** The source of a family of tables, which are read as custom files are. */
export function tableSource({ name, find, files, text }: TableFamily): Source {
  return {
    name,
    tables: true,
    find,
    async read({ interactions, items, itemsEncoding }, builder, context) {
      // What reads tables is large: a list of data sets does without.
      const { customFiles } = await import('./custom-files.js')
      const { user, item, rating, timestamp, ...ofItems } = files?.columns ?? {}
      const config = filesConfig.parse({
        ...files,
        columns: { user, item, rating, timestamp, ...(items === undefined ? {} : ofItems) },
        itemsDialect: {
          ...files?.itemsDialect,
          ...(itemsEncoding && { encoding: itemsEncoding }),
        },
        interactions,
        items,
      })
      const source = customFiles(changedFiles(config, context.changes), {
        text,
        keepsNewItems: false,
      })
      await source.read(source.files, builder, context)
    },
  }
}
