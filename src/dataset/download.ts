import { createHash } from 'node:crypto'
import {
  createReadStream,
  createWriteStream,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename } from 'node:path'
import { Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { DataError, InterruptedError, ProviderError } from '../util/errors.js'
import type { Download } from './catalogue.js'

/** Callbacks and signal of a download. */
export interface DownloadOptions {
  /** Called with the bytes of the file so far, and of the whole; 0 = the server does not say. */
  onProgress?: (file: string, done: number, total: number) => void
  signal?: AbortSignal
}

/** The file that a part on disk is a part of. */
interface PartOf {
  url: string
  /** ETag or Last-Modified; a part without one cannot be continued. */
  validator?: string
}

/**
 * Downloads a file. It is complete or not there: a part lies beside it as `.part`, from which the
 * next download continues.
 * @throws ProviderError when the server refuses or fails; DataError when the MD5 is not the
 * published one
 */
export async function downloadFile(
  download: Download,
  file: string,
  options: DownloadOptions,
): Promise<void> {
  const part = `${file}.part`
  const response = await request(download.url, part, options.signal)
  const from = response.status === 206 ? statSync(part).size : 0
  const length = Number(response.headers.get('content-length') ?? NaN)
  const total = from + length
  const validator =
    response.headers.get('etag') ?? response.headers.get('last-modified') ?? undefined
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
    await pipeline(
      Readable.fromWeb(response.body as never),
      count,
      createWriteStream(part, { flags: from > 0 ? 'a' : 'w' }),
      { signal: options.signal },
    )
  } catch (error) {
    throw interruptedOr(
      options.signal,
      new ProviderError(
        `${download.url}: the connection broke after ${done} bytes; ` +
          'the same command goes on from there',
        true,
        { cause: error },
      ),
    )
  }
  if (total >= 0 && done !== total)
    throw new ProviderError(`${download.url}: ${done} bytes came, ${total} were announced`, true)
  await checkMd5(download, part, options.signal)
  renameSync(part, file)
  rmSync(`${part}.json`, { force: true })
}

/**
 * Asks for the rest of a part, or for all; a server that has another version by now, or no ranges,
 * sends all.
 */
async function request(url: string, part: string, signal?: AbortSignal): Promise<Response> {
  const have = existsSync(part) ? statSync(part).size : 0
  const known =
    have > 0 && existsSync(`${part}.json`)
      ? (JSON.parse(readFileSync(`${part}.json`, 'utf8')) as PartOf)
      : undefined
  const validator = known?.url === url ? known.validator : undefined
  const response = await get(
    url,
    signal,
    validator === undefined ? {} : { range: `bytes=${have}-`, 'if-range': validator },
  )
  if (
    response.status === 206 &&
    !response.headers.get('content-range')?.startsWith(`bytes ${have}-`)
  ) {
    rmSync(part)
    throw new ProviderError(`${url}: the server sent another range than was asked for`, true)
  }
  if (response.status === 416) {
    rmSync(part)
    throw new ProviderError(`${url}: the part on disk does not belong to this file any more`, true)
  }
  if (response.ok) return response
  const advice = response.status === 404 ? '; check the name of the category' : ''
  throw new ProviderError(
    `${url}: the server answered ${response.status} ${response.statusText}${advice}`,
    response.status >= 500 || response.status === 429,
  )
}

async function get(
  url: string,
  signal?: AbortSignal,
  headers: Record<string, string> = {},
): Promise<Response> {
  try {
    return await fetch(url, { headers: { 'accept-encoding': 'identity', ...headers }, signal })
  } catch (error) {
    const { cause } = error as { cause?: { code?: string } }
    throw interruptedOr(
      signal,
      new ProviderError(
        `${url}: no connection (${cause?.code ?? (error as Error).message})`,
        true,
        { cause: error },
      ),
    )
  }
}

function interruptedOr(signal: AbortSignal | undefined, error: Error): Error {
  return signal?.aborted
    ? new InterruptedError('stopped; the same command goes on from what is there')
    : error
}

async function checkMd5(
  { url, md5Url }: Download,
  part: string,
  signal?: AbortSignal,
): Promise<void> {
  if (md5Url === undefined) return
  const response = await get(md5Url, signal)
  // The source publishes none for this file.
  if (response.status === 404) return
  if (!response.ok)
    throw new ProviderError(
      `${md5Url}: the server answered ${response.status}`,
      response.status >= 500,
    )
  const expected = /\b[0-9a-f]{32}\b/i.exec(await response.text())?.[0].toLowerCase()
  if (expected === undefined) throw new DataError('holds no MD5', { file: md5Url })
  const hash = createHash('md5')
  for await (const chunk of createReadStream(part)) hash.update(chunk as Buffer)
  const got = hash.digest('hex')
  if (got === expected) return
  rmSync(part)
  throw new DataError(
    `the MD5 is ${got}, ${expected} is published; it was removed, download it again`,
    { file: url },
  )
}
