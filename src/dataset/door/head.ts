import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { DataError } from '../../util/errors.js'
import { readError } from '../lines.js'

/** The beginning of a file, unzipped. */
export interface Head {
  bytes: Buffer
  /** Whether the file is gzipped. */
  gzip: boolean
  /** Whether `bytes` are the whole file. */
  whole: boolean
}

/**
 * The first bytes of a plain or gzipped file.
 * @throws DataError when it cannot be read or is empty
 */
export async function headOf(file: string, length = 2 ** 16): Promise<Head> {
  try {
    const first = await collect(createReadStream(file, { end: 1 }), 2)
    const gzip = first.bytes[0] === 0x1f && first.bytes[1] === 0x8b
    const raw = createReadStream(file)
    const text = gzip ? raw.pipe(createGunzip()) : raw
    if (gzip) raw.on('error', (error) => text.destroy(error))
    const head = await collect(text, length)
    raw.destroy()
    if (head.bytes.length === 0) throw new DataError('the file is empty', { file })
    return { ...head, gzip }
  } catch (error) {
    throw readError(file, error)
  }
}

async function collect(stream: AsyncIterable<unknown>, length: number) {
  const blocks: Buffer[] = []
  let size = 0
  for await (const block of stream) {
    blocks.push(block as Buffer)
    size += (block as Buffer).length
    if (size > length) break
  }
  return { bytes: Buffer.concat(blocks).subarray(0, length), whole: size <= length }
}

/** Files of other kinds, by how they begin. */
const others: [begins: RegExp, what: string][] = [
  [/^PK\x03\x04[^]{0,200}(\[Content_Types\]|xl\/|_rels)/, 'an Excel workbook: save it as CSV'],
  [/^PK\x03\x04/, 'a zip archive: unzip it first'],
  [
    /^version https:\/\/git-lfs/,
    'a Git LFS pointer, not the data: `git lfs pull` fetches the data',
  ],
  [
    /^\.\.?\/|^\/annex\/objects\//,
    'a git-annex pointer, not the data: `git annex get` fetches the data',
  ],
  [/^\s*<(!doctype|html|\?xml)/i, 'a web page or XML, not a table'],
  [
    /^SQLite format 3\0/,
    'an SQLite database: `sqlite3 -header -csv FILE "SELECT * FROM TABLE"` writes a table as CSV',
  ],
  [/^BZh/, 'compressed by bzip2: unpack it, or use gzip'],
  [/^\xfd7zXZ/, 'compressed by xz: unpack it, or use gzip'],
  [/^\x28\xb5\x2f\xfd/, 'compressed by zstd: unpack it, or use gzip'],
  [/^7z\xbc\xaf/, 'a 7z archive: unpack it first'],
  [/^Rar!/, 'a RAR archive: unpack it first'],
  [/^\x89HDF/, 'an HDF5 file: export the table as CSV or Parquet'],
  [/^ARROW1|^FEA1/, 'an Arrow or Feather file: export the table as Parquet'],
  [/^\xd0\xcf\x11\xe0/, 'an old Excel workbook: save it as CSV'],
  [/^%PDF/, 'a PDF'],
  [/^\x80[\x02-\x05]/, 'a Python pickle: export the table as CSV or Parquet'],
]

/** @throws DataError where the bytes are those of a kind of file that holds no readable table */
export function refuseOthers(file: string, { bytes }: Head): void {
  const begins = bytes.subarray(0, 400).toString('latin1')
  const found = others.find(([pattern]) => pattern.test(begins))
  if (found) throw new DataError(`the file is ${found[1]}`, { file })
}

/** Encoding of a text, by its WHATWG name: by its byte-order mark, else by its bytes. */
export function encodingOf({ bytes, whole }: Head): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  const zeros = [0, 0]
  bytes.forEach((byte, k) => byte === 0 && zeros[k % 2]++)
  if (zeros[1] > bytes.length / 4) return 'utf-16le'
  if (zeros[0] > bytes.length / 4) return 'utf-16be'
  try {
    // The last letter may be cut.
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: !whole })
    return 'utf-8'
  } catch {
    return 'windows-1252'
  }
}
