import { basename, dirname, isAbsolute, join } from 'node:path'
import { z } from 'zod'
import { DataError, quote } from '../../util/errors.js'
import { isInside } from '../../util/paths.js'
import { parseSettings } from '../../util/settings.js'
import { jsonIn } from '../../util/text-file.js'
import { filesConfig, type FilesConfig } from '../config.js'
import { isQuery } from '../door/open-table.js'
import { changedFiles } from './changed-files.js'
import { customFiles } from './custom-files.js'
import type { DatasetFiles, ReadContext, Source } from './source.js'

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
export function describedFiles(
  { interactions, items }: DatasetFiles,
  description: string,
  { changes, followLinks }: Pick<ReadContext, 'changes' | 'followLinks'>,
): Source & { files: DatasetFiles } {
  const isDescribed = basename(interactions) === description
  const own = isDescribed
    ? readDescription(interactions)
    : filesConfig.parse({ interactions, items })
  // The files that were found by name have been checked where they were found.
  const within = isDescribed && !followLinks ? dirname(interactions) : undefined
  return customFiles(changedFiles(own, changes), { within })
}

function readDescription(file: string): FilesConfig {
  const { source: _, licence: __, ...files } = parseSettings(described, jsonIn(file), file)
  return {
    ...files,
    interactions: inside(file, files.interactions),
    ...(files.items === undefined ? {} : { items: inside(file, files.items) }),
  }
}

/** A path of the description, which may not lead out of its folder. */
function inside(file: string, path: string): string {
  if (isQuery(path))
    throw new DataError(
      `${quote(path)} is a query; a description can only name files of its folder`,
      {
        file,
      },
    )
  const folder = dirname(file)
  const whole = join(folder, path)
  if (isAbsolute(path) || !isInside(folder, whole))
    throw new DataError(`${quote(path)} leads out of the folder`, { file })
  return whole
}
