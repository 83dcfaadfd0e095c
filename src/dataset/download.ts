import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { basename } from 'node:path'
import { DataError, ProviderError } from '../util/errors.js'
import { withPath, writeAtomically } from '../util/files.js'
import type { Download } from './catalogue.js'
import { checkKind, checkWhole } from './file-kind.js'
import { interruptedOr, request } from './request.js'

/** Callbacks and signal of a download. */
export interface DownloadOptions {
  /** Called with the bytes of the file so far, and of the whole; 0 = the server does not say. */
  onProgress?: (file: string, done: number, total: number) => void
  signal?: AbortSignal
}

/** The largest file, and the largest MD5 file, that is taken, bytes. */
const most = 2 ** 37
const mostMd5 = 2 ** 16

/**
 * Downloads a file. It is complete or not there: a part lies beside it as `.part`, from which the
 * next download continues. Only one process may do so at a time.
 * @throws ProviderError when the server refuses or fails; DataError when what came is not what was
 * announced, or not of its kind
 */
export async function downloadFile(
  download: Download,
  file: string,
  options: DownloadOptions,
): Promise<void> {
  const { url } = download
  const part = `${file}.part`
  try {
    await downloadPart(url, part, options)
    checkKind(part, file, url)
    await checkMd5(download, part, options.signal)
    await checkWhole(part, file, url)
  } catch (error) {
    // A wrong part must not be continued.
    if (error instanceof DataError) removePart(part)
    throw error
  }
  renameSync(part, file)
  removePart(part)
}

async function downloadPart(
  url: string,
  part: string,
  { onProgress, signal }: DownloadOptions,
): Promise<void> {
  const { response, from } = await requestRest(url, part, signal)
  const total = totalOf(response, from)
  try {
    if (/^text\/html/i.test(response.headers['content-type'] ?? ''))
      throw new DataError('the server sent a web page instead of the file', { file: url })
    const limit = Math.min(total ?? most, most)
    // An old part must not be taken for one of this version of the file.
    if (from === 0) rmSync(part, { force: true })
    writeAtomically(`${part}.json`, JSON.stringify({ url, validator: validatorOf(response) }))
    const output = await open(part, 'a')
    let done = from
    try {
      for await (const chunk of bytesOf(response, url, signal)) {
        done += chunk.length
        if (done > limit)
          throw new DataError(`the server sent more than ${limit} bytes`, { file: url })
        await output.writeFile(chunk).catch((error: unknown) => {
          throw withPath(part, error)
        })
        onProgress?.(basename(part, '.part'), done, total ?? 0)
      }
    } finally {
      await output.close()
    }
    if (total !== undefined && done < total)
      throw new ProviderError(
        `${url}: the server sent ${done} bytes of the ${total} that it announced`,
        true,
      )
  } finally {
    response.destroy()
  }
}

/**
 * Asks for the rest of a part, or for all; a server that has another version by now, or no ranges,
 * sends all.
 * @returns the answer, and the byte that it starts from
 */
async function requestRest(
  url: string,
  part: string,
  signal?: AbortSignal,
): Promise<{ response: IncomingMessage; from: number }> {
  const validator = validatorOfPart(part, url)
  const have = validator === undefined ? 0 : statSync(part).size
  const headers: Record<string, string> =
    validator === undefined ? {} : { range: `bytes=${have}-`, 'if-range': validator }
  const response = await request(url, { headers, signal })
  const { statusCode = 0, statusMessage = '' } = response
  const range = response.headers['content-range'] ?? ''
  if (statusCode === 200) return { response, from: 0 }
  if (statusCode === 206 && have > 0 && range.startsWith(`bytes ${have}-`))
    return { response, from: have }
  response.destroy()
  if (statusCode === 206 || statusCode === 416) {
    removePart(part)
    throw new ProviderError(
      `${url}: the file at the server has changed, so understudy removed the part that was downloaded before`,
      true,
    )
  }
  const advice = statusCode === 404 ? '; check the name of the category' : ''
  throw new ProviderError(
    `${url}: the server answered ${statusCode} ${statusMessage}${advice}`,
    statusCode >= 500 || statusCode === 429,
  )
}

/** ETag or Last-Modified: a part without one cannot be continued. */
function validatorOf({ headers }: IncomingMessage): string | undefined {
  return headers.etag ?? headers['last-modified']
}

/** The mark of the file that a part on disk is of; undefined where that is not known. */
function validatorOfPart(part: string, url: string): string | undefined {
  if (!existsSync(part) || statSync(part).size === 0) return undefined
  try {
    const of = JSON.parse(readFileSync(`${part}.json`, 'utf8')) as Record<string, unknown>
    return of.url === url && typeof of.validator === 'string' ? of.validator : undefined
  } catch {
    // Absent, or damaged by a crash: the file is downloaded anew.
    return undefined
  }
}

/** Bytes of the whole file, where the server says so. */
function totalOf({ headers }: IncomingMessage, from: number): number | undefined {
  const inRange = /\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1]
  const length = headers['content-length']
  if (from > 0 && inRange !== undefined) return Number(inRange)
  return length === undefined ? undefined : from + Number(length)
}

async function* bytesOf(
  response: IncomingMessage,
  url: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of response) yield chunk as Buffer
  } catch (error) {
    throw interruptedOr(
      signal,
      new ProviderError(
        `${url}: the connection broke (${(error as Error).message}); ` +
          'run the same command again to continue from there',
        true,
        { cause: error },
      ),
    )
  }
}

function removePart(part: string): void {
  rmSync(part, { force: true })
  rmSync(`${part}.json`, { force: true })
}

async function checkMd5(
  { url, md5Url }: Download,
  part: string,
  signal?: AbortSignal,
): Promise<void> {
  const expected = md5Url === undefined ? undefined : await publishedMd5(md5Url, signal)
  if (expected === undefined) return
  const hash = createHash('md5')
  for await (const chunk of createReadStream(part)) hash.update(chunk as Buffer)
  const got = hash.digest('hex')
  if (got !== expected)
    throw new DataError(
      `the MD5 is ${got}, ${expected} is published; understudy removed it: download it again`,
      { file: url },
    )
}

/** The published MD5; undefined where the source publishes none for this file. */
async function publishedMd5(url: string, signal?: AbortSignal): Promise<string | undefined> {
  const response = await request(url, { signal })
  try {
    const { statusCode = 0 } = response
    if (statusCode === 404) return undefined
    if (statusCode !== 200)
      throw new ProviderError(`${url}: the server answered ${statusCode}`, statusCode >= 500)
    let text = ''
    for await (const chunk of bytesOf(response, url, signal)) {
      text += chunk.toString('latin1')
      if (text.length > mostMd5) break
    }
    const md5 = /^[^<]*?\b([0-9a-f]{32})\b/i.exec(text)?.[1].toLowerCase()
    if (md5 === undefined || text.length > mostMd5)
      throw new DataError('holds no MD5', { file: url })
    return md5
  } finally {
    response.destroy()
  }
}
