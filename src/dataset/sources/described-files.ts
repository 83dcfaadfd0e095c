import { realpath } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative } from 'node:path'
import { z } from 'zod'
import { DataError, quote } from '../../util/errors.js'
import { parseSettings } from '../../util/settings.js'
import { jsonIn } from '../../util/text-file.js'
import { filesConfig, type FilesConfig } from '../config.js'
import { customFiles } from './custom-files.js'
import type { DatasetFiles, Source } from './source.js'

/**
 * Schema of `dataset.json`: the settings of section `dataset.files`, with paths inside the folder,
 * and where the data come from.
 */
const described = filesConfig.extend({
  /** Origin and licence, for people. */
  source: z.string().optional(),
  licence: z.string().optional(),
})

/** The custom files that a folder's description, or their names, say. */
export async function describedFiles(
  { interactions, items }: DatasetFiles,
  description: string,
): Promise<Source & { files: DatasetFiles }> {
  return customFiles(
    basename(interactions) === description
      ? await readDescription(interactions)
      : filesConfig.parse({ interactions, items }),
  )
}

async function readDescription(file: string): Promise<FilesConfig> {
  const { source: _, licence: __, ...files } = parseSettings(described, jsonIn(file), file)
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
