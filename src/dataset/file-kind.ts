import { closeSync, createReadStream, openSync, readSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { DataError } from '../util/errors.js'

/** First bytes of files by the ending of their names, and what such a file is. */
const kinds: Record<string, { magic: string; what: string }> = {
  '.gz': { magic: '\x1f\x8b', what: 'a gzip file' },
  '.zip': { magic: 'PK', what: 'a zip archive' },
}

/**
 * Most bytes that a compressed file may unpack to: data sets unpack to ten times their size, a file
 * made to fill a disk to a thousand times.
 */
export const mostUnpacked = (bytes: number) => Math.max(2 ** 20, 200 * bytes)

/**
 * Checks by its first bytes that a download is what its name says, and no web page.
 * @param name - its name when it is whole
 * @param url - where it comes from, for messages
 * @throws DataError
 */
export function checkKind(file: string, name: string, url: string): void {
  const head = headOf(file)
  const kind = kinds[extname(name).toLowerCase()]
  if (/^(\xef\xbb\xbf)?\s*</.test(head))
    throw new DataError('the server sent a web page instead of the file', { file: url })
  if (kind && !head.startsWith(kind.magic))
    throw new DataError(`what the server sent is not ${kind.what}`, { file: url })
}

/** Checks a gzip file by the checksum in it. @throws DataError */
export async function checkWhole(file: string, name: string, url: string): Promise<void> {
  if (extname(name).toLowerCase() !== '.gz') return
  const limit = mostUnpacked((await stat(file)).size)
  let bytes = 0
  const count = new Writable({
    write(chunk: Buffer, _, next) {
      bytes += chunk.length
      next(
        bytes > limit ? new DataError(`unpacks to more than ${limit} bytes`, { file: url }) : null,
      )
    },
  })
  try {
    await pipeline(createReadStream(file), createGunzip(), count)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (!code.startsWith('Z_')) throw error
    throw new DataError(
      `the gzip file is damaged (${code}); understudy removed it: download it again`,
      { file: url },
      { cause: error },
    )
  }
}

function headOf(file: string): string {
  const bytes = Buffer.alloc(64)
  const handle = openSync(file, 'r')
  try {
    return bytes.toString('latin1', 0, readSync(handle, bytes))
  } finally {
    closeSync(handle)
  }
}
