import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { ProviderError } from '../util/errors.js'
import type { CatalogueEntry } from './catalogue.js'
import { downloadFile, type DownloadOptions } from './download.js'
import { unpack } from './unpack.js'

/** Folder for the files of a data set, and the waits between attempts. */
export interface FetchOptions extends DownloadOptions {
  /** Folder under which the files of all data sets lie. */
  dataRoot: string
  /** Waits between attempts, ms; their number is the number of retries. */
  retryDelays?: readonly number[]
}

/** ms */
const defaultDelays = [1000, 4000, 15_000]

/**
 * Downloads the files of a data set that are not there yet, and unpacks archives.
 *
 * @returns paths of the files that are there now
 * @throws ProviderError when the server refuses or fails; DataError when what came is not what the
 * source announces
 */
export async function fetchDataset(
  { downloads }: CatalogueEntry,
  options: FetchOptions,
): Promise<string[]> {
  const files: string[] = []
  for (const download of downloads) {
    const file = join(options.dataRoot, download.file)
    const results = download.unpack
      ? download.unpack.map((name) => join(dirname(file), name))
      : [file]
    if (!results.every((result) => existsSync(result))) {
      mkdirSync(dirname(file), { recursive: true })
      if (!existsSync(file)) await withRetries(() => downloadFile(download, file, options), options)
      if (download.unpack) {
        await unpack(file, download.unpack)
        rmSync(file)
      }
    }
    files.push(...results)
  }
  return files
}

async function withRetries<T>(
  attempt: () => Promise<T>,
  { retryDelays = defaultDelays, signal }: FetchOptions,
): Promise<T> {
  for (const delay of retryDelays) {
    try {
      return await attempt()
    } catch (error) {
      if (signal?.aborted || !(error instanceof ProviderError) || !error.retryable) throw error
      await setTimeout(delay, undefined, { signal }).catch(() => undefined)
    }
  }
  return attempt()
}
