import { readFile, realpath } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative } from 'node:path'
import { z } from 'zod'
import { DataError, quote } from '../../util/errors.js'
import { parseSettings } from '../../util/settings.js'
import { filesConfig, type FilesConfig } from '../config.js'
import { customFiles } from './custom-files.js'
import type { Source } from './source.js'

/** Name of the file that describes a folder's data set. */
const description = 'dataset.json'

/**
 * Schema of `dataset.json`: the settings of section `dataset.files`, with paths inside the folder,
 * and where the data come from.
 */
const described = filesConfig.extend({
  /** Origin and licence, for people. */
  source: z.string().optional(),
  licence: z.string().optional(),
})

const table = (role: string) =>
  new RegExp(`^${role}\\.(csv|tsv|jsonl|ndjson|json|parquet)(\\.gz)?$`)

/**
 * A folder of one's own data: `dataset.json`, which says what its files are, or `interactions` and
 * `items` as CSV, JSON or Parquet.
 */
export const folderOfData: Source = {
  name: 'folder',
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
    const config =
      basename(files.interactions) === description
        ? await readDescription(files.interactions)
        : filesConfig.parse({ interactions: files.interactions, items: files.items })
    const source = customFiles(config)
    await source.read(source.files, builder, context)
  },
}

async function readDescription(file: string): Promise<FilesConfig> {
  let record: unknown
  try {
    record = JSON.parse((await readFile(file, 'utf8')).replace(/^\ufeff/, ''))
  } catch (error) {
    throw new DataError(`not a readable JSON file: ${(error as Error).message}`, { file })
  }
  const { source: _, licence: __, ...files } = parseSettings(described, record, file)
  return {
    ...files,
    interactions: await inside(file, files.interactions),
    ...(files.items === undefined ? {} : { items: await inside(file, files.items) }),
  }
}

/** A path of the description, which may not lead out of its folder, by a link neither. */
async function inside(file: string, path: string): Promise<string> {
  const folder = await realpath(dirname(file))
  const whole = join(folder, path)
  const real = await realpath(whole).catch(() => whole)
  if (isAbsolute(path) || relative(folder, real).startsWith('..'))
    throw new DataError(`${quote(path)} leads out of the folder`, { file })
  return whole
}
