import { createReadStream, createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { Transform } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { DataError, InterruptedError } from '../../util/errors.js'
import { readError } from '../lines.js'
import type { Look } from './look.js'
import { pythonToJson } from './python-lines.js'

/** What happens beside the copying. */
export interface CopyOptions {
  /** Gets the size of each block read, in bytes, compressed if the file is. */
  onBytes?: (bytes: number) => void
  signal?: AbortSignal
}

/**
 * The file itself where it is plain UTF-8, else a copy that is: DuckDB neither notices damage in a
 * gzip file nor knows many encodings. Python literals become JSON.
 * @param copy - path of the copy
 * @throws DataError where a gzip file is cut off or corrupt, or bytes are not of the encoding
 */
export async function plainCopy(
  { file, gzip, encoding, python }: Pick<Look, 'file' | 'gzip' | 'encoding' | 'python'>,
  copy: string,
  { onBytes, signal }: CopyOptions = {},
): Promise<string> {
  const decodes = encoding !== 'utf-8' && encoding !== 'binary'
  if (!gzip && !decodes && !python) return file
  const raw = createReadStream(file, { highWaterMark: 2 ** 18 })
  let reported = 0
  raw.on('data', () => {
    onBytes?.(raw.bytesRead - reported)
    reported = raw.bytesRead
  })
  const steps = [
    ...(gzip ? [createGunzip({ chunkSize: 2 ** 18 })] : []),
    ...(decodes ? [toUtf8(file, encoding)] : []),
    ...(python ? [pythonToJson()] : []),
  ]
  try {
    await pipeline([raw, ...steps, createWriteStream(copy)], { signal })
    return copy
  } catch (error) {
    if (signal?.aborted) throw new InterruptedError(`reading ${file} was interrupted`)
    throw readError(file, error)
  }
}

function toUtf8(file: string, encoding: string): Transform {
  const decoder = new TextDecoder(encoding, { fatal: true })
  const decode = (block?: Buffer) => {
    try {
      return block ? decoder.decode(block, { stream: true }) : decoder.decode()
    } catch {
      throw new DataError(`the file is not ${encoding}; --encoding says what it is`, { file })
    }
  }
  return new Transform({
    transform(block: Buffer, _, done) {
      try {
        done(null, decode(block))
      } catch (error) {
        done(error as Error)
      }
    },
    flush(done) {
      try {
        done(null, decode())
      } catch (error) {
        done(error as Error)
      }
    },
  })
}
