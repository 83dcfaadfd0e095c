import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import yauzl from 'yauzl'
import { DataError, InterruptedError, ProviderError, quote } from '../util/errors.js'
import type { CatalogueEntry, Download } from './catalogue.js'

export interface FetchOptions {
  dataRoot: string
  /** Bytes of all files so far, and of all files where the servers say; 0 = unknown. */
  onProgress?: (file: string, done: number, total: number) => void
  signal?: AbortSignal
  /** Waits between attempts, ms; their number is the number of retries. */
  retryDelays?: readonly number[]
}

const defaultDelays = [1000, 4000, 15_000]

/**
 * Downloads what is not there yet. A file is complete or not there: parts lie beside it as `.part` and are gone on with.
 *
 * @returns paths of the files that are there now
 * @throws ProviderError when the server refuses or fails; DataError when what came is not what the source announces
 */
export async function fetchDataset({ downloads }: CatalogueEntry, options: FetchOptions): Promise<string[]> {
  const files: string[] = []
  for (const download of downloads) {
    const file = join(options.dataRoot, download.file)
    const results = download.unpack ? download.unpack.map((name) => join(dirname(file), name)) : [file]
    if (!results.every((result) => existsSync(result))) {
      mkdirSync(dirname(file), { recursive: true })
      if (!existsSync(file)) await withRetries(() => fetchFile(download, file, options), options)
      if (download.unpack) {
        await unpack(file, download.unpack)
        rmSync(file)
      }
    }
    files.push(...results)
  }
  return files
}

async function withRetries<T>(attempt: () => Promise<T>, { retryDelays = defaultDelays, signal }: FetchOptions): Promise<T> {
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

/** What the part on disk is a part of. */
interface PartOf {
  url: string
  /** ETag or Last-Modified; a part without one cannot be gone on with. */
  validator?: string
}

async function fetchFile(download: Download, file: string, options: FetchOptions): Promise<void> {
  const part = `${file}.part`
  const response = await request(download.url, part, options.signal)
  const from = response.status === 206 ? statSync(part).size : 0
  const length = Number(response.headers.get('content-length') ?? NaN)
  const total = from + length
  const validator = response.headers.get('etag') ?? response.headers.get('last-modified') ?? undefined
  writeFileSync(`${part}.json`, JSON.stringify({ url: download.url, validator } satisfies PartOf))
  let done = from
  const count = new Transform({
    transform(chunk: Buffer, _, next) {
      done += chunk.length
      options.onProgress?.(basename(file), done, total || 0)
      next(null, chunk)
    },
  })
  try {
    await pipeline(Readable.fromWeb(response.body as never), count, createWriteStream(part, { flags: from > 0 ? 'a' : 'w' }), { signal: options.signal })
  } catch (error) {
    throw interruptedOr(options.signal, new ProviderError(`${download.url}: the connection broke after ${done} bytes; the same command goes on from there`, true, { cause: error }))
  }
  if (total >= 0 && done !== total) throw new ProviderError(`${download.url}: ${done} bytes came, ${total} were announced`, true)
  await checkMd5(download, part, options.signal)
  renameSync(part, file)
  rmSync(`${part}.json`, { force: true })
}

/** Asks for the rest of a part, or for all; a server that has another version by now, or no ranges, sends all. */
async function request(url: string, part: string, signal?: AbortSignal): Promise<Response> {
  const have = existsSync(part) ? statSync(part).size : 0
  const known = have > 0 && existsSync(`${part}.json`) ? (JSON.parse(readFileSync(`${part}.json`, 'utf8')) as PartOf) : undefined
  const validator = known?.url === url ? known.validator : undefined
  const response = await get(url, signal, validator === undefined ? {} : { range: `bytes=${have}-`, 'if-range': validator })
  if (response.status === 206 && !response.headers.get('content-range')?.startsWith(`bytes ${have}-`)) {
    rmSync(part)
    throw new ProviderError(`${url}: the server sent another range than was asked for`, true)
  }
  if (response.status === 416) {
    rmSync(part)
    throw new ProviderError(`${url}: the part on disk does not belong to this file any more`, true)
  }
  if (response.ok) return response
  const advice = response.status === 404 ? '; check the name of the category' : ''
  throw new ProviderError(`${url}: the server answered ${response.status} ${response.statusText}${advice}`, response.status >= 500 || response.status === 429)
}

async function get(url: string, signal?: AbortSignal, headers: Record<string, string> = {}): Promise<Response> {
  try {
    return await fetch(url, { headers: { 'accept-encoding': 'identity', ...headers }, signal })
  } catch (error) {
    const { cause } = error as { cause?: { code?: string } }
    throw interruptedOr(signal, new ProviderError(`${url}: no connection (${cause?.code ?? (error as Error).message})`, true, { cause: error }))
  }
}

function interruptedOr(signal: AbortSignal | undefined, error: Error): Error {
  return signal?.aborted ? new InterruptedError('stopped; the same command goes on from what is there') : error
}

async function checkMd5({ url, md5Url }: Download, part: string, signal?: AbortSignal): Promise<void> {
  if (md5Url === undefined) return
  const response = await get(md5Url, signal)
  // The source publishes none for this file.
  if (response.status === 404) return
  if (!response.ok) throw new ProviderError(`${md5Url}: the server answered ${response.status}`, response.status >= 500)
  const expected = /\b[0-9a-f]{32}\b/i.exec(await response.text())?.[0].toLowerCase()
  if (expected === undefined) throw new DataError('holds no MD5', { file: md5Url })
  const hash = createHash('md5')
  for await (const chunk of createReadStream(part)) hash.update(chunk as Buffer)
  const got = hash.digest('hex')
  if (got === expected) return
  rmSync(part)
  throw new DataError(`the MD5 is ${got}, ${expected} is published; it was removed, download it again`, { file: url })
}

const openZip = promisify<string, yauzl.Options, yauzl.ZipFile>(yauzl.open)

/** Takes the named files out of the archive, whatever folder they lie in there; nothing else is written. */
async function unpack(file: string, names: readonly string[]): Promise<void> {
  const zip = await openZip(file, { lazyEntries: true, autoClose: false }).catch((error: Error) => {
    rmSync(file)
    throw new DataError(`not a zip archive (${error.message}); it was removed, download it again`, { file }, { cause: error })
  })
  const open = promisify(zip.openReadStream.bind(zip)) as (entry: yauzl.Entry) => Promise<Readable>
  const missing = new Set(names)
  try {
    for await (const entry of entries(zip)) {
      const name = basename(entry.fileName)
      if (!missing.delete(name)) continue
      const target = join(dirname(file), name)
      await pipeline(await open(entry), createWriteStream(`${target}.part`))
      renameSync(`${target}.part`, target)
    }
  } catch (error) {
    throw new DataError(`the archive is damaged: ${(error as Error).message}`, { file }, { cause: error })
  } finally {
    zip.close()
  }
  if (missing.size > 0) throw new DataError(`the archive lacks ${[...missing].map(quote).join(', ')}`, { file })
}

async function* entries(zip: yauzl.ZipFile): AsyncGenerator<yauzl.Entry> {
  for (;;) {
    const entry = await new Promise<yauzl.Entry | undefined>((resolve, reject) => {
      zip.once('entry', resolve)
      zip.once('end', () => resolve(undefined))
      zip.once('error', reject)
      zip.readEntry()
    })
    zip.removeAllListeners()
    if (entry === undefined) return
    yield entry
  }
}
