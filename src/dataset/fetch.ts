import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { ProviderError } from '../util/errors.js'
import { checkFolder } from '../util/files.js'
import { type LockOptions, withLock } from '../util/lock.js'
import type { CatalogueEntry, Download } from './catalogue.js'
import { downloadFile, type DownloadOptions } from './download.js'
import { interruptedOr } from './request.js'
import { unpack } from './unpack.js'

/** Folder for the files of a data set, and the waits between attempts. */
export interface FetchOptions extends DownloadOptions {
  /** Folder under which the files of all data sets lie. */
  dataRoot: string
  /** Waits between attempts, ms; their number is the number of retries. */
  retryDelays?: readonly number[]
  /** Told where another process is downloading the same file, which is waited for. */
  onNotice?: (line: string) => void
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
  checkFolder(options.dataRoot)
  const files: string[] = []
  for (const download of downloads) {
    const file = join(options.dataRoot, download.file)
    const results = download.unpack
      ? download.unpack.map((name) => join(dirname(file), name))
      : [file]
    const areThere = () => results.every((result) => existsSync(result))
    if (!areThere()) {
      mkdirSync(dirname(file), { recursive: true })
      const work = async () => {
        if (!areThere()) await fetchFile(download, file, options)
      }
      await withLock(`${file}.lock`, work, lockOptions(file, options)).catch((error: Error) => {
        throw interruptedOr(options.signal, error)
      })
    }
    files.push(...results)
  }
  return files
}

async function fetchFile(download: Download, file: string, options: FetchOptions): Promise<void> {
  if (!existsSync(file)) await withRetries(() => downloadFile(download, file, options), options)
  if (!download.unpack) return
  await unpack(file, download.unpack)
  rmSync(file)
}

function lockOptions(file: string, { onNotice, signal }: FetchOptions): LockOptions {
  const onWait = (pid: number) =>
    onNotice?.(`process ${pid} is downloading ${file}: waiting for it`)
  return { onWait, signal }
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
