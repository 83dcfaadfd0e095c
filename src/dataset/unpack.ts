import { createWriteStream, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { crc32 } from 'node:zlib'
import yauzl from 'yauzl'
import { DataError, quote } from '../util/errors.js'
import { mostUnpacked } from './file-kind.js'

const openZip = promisify<string, yauzl.Options, yauzl.ZipFile>(yauzl.open)

/** Most files in an archive, and most bytes that those which are taken out may have. */
const mostEntries = 10_000
const mostBytes = 2 ** 34

/**
 * Takes the named files out of a zip archive, whatever folder they lie in there, and puts them
 * beside it; nothing else is written.
 * @throws DataError when the archive is damaged or lacks a file; it is removed then
 */
export async function unpack(file: string, names: readonly string[]): Promise<void> {
  try {
    await unpackAll(file, names)
  } catch (error) {
    // What the disk refuses is not the archive's fault.
    if ((error as NodeJS.ErrnoException).syscall !== undefined) throw error
    rmSync(file, { force: true })
    throw new DataError(
      `the archive is damaged (${(error as Error).message}); understudy removed it: download it again`,
      { file },
      { cause: error },
    )
  }
}

async function unpackAll(file: string, names: readonly string[]): Promise<void> {
  const zip = await openZip(file, { lazyEntries: true, autoClose: false })
  const open = promisify(zip.openReadStream.bind(zip)) as (entry: yauzl.Entry) => Promise<Readable>
  const missing = new Set(names)
  const done: string[] = []
  let left = mostBytes
  try {
    if (zip.entryCount > mostEntries) throw new Error(`it has more than ${mostEntries} files`)
    for await (const entry of entries(zip)) {
      const name = basename(entry.fileName)
      if (entry.fileName.endsWith('/') || !missing.delete(name)) continue
      left -= entry.uncompressedSize
      if (left < 0 || entry.uncompressedSize > mostUnpacked(entry.compressedSize))
        throw new Error(`${quote(name)} would have ${entry.uncompressedSize} bytes`)
      if (!isPlain(entry)) throw new Error(`${quote(name)} is no plain file`)
      const part = join(dirname(file), `${name}.part`)
      done.push(part)
      await pipeline(await open(entry), checked(entry), createWriteStream(part))
    }
    if (missing.size > 0) throw new Error(`it lacks ${[...missing].map(quote).join(', ')}`)
    for (const part of done) renameSync(part, part.slice(0, -'.part'.length))
  } finally {
    zip.close()
    for (const part of done) rmSync(part, { force: true })
  }
}

/** Whether it is neither a link nor a device: the archive says so as Unix does, or not at all. */
function isPlain({ externalFileAttributes }: yauzl.Entry): boolean {
  return [0, 0o100000].includes((externalFileAttributes >>> 16) & 0o170000)
}

/** Passes the bytes of an entry on, and fails where their CRC-32 is not that of the archive. */
function checked({ crc32: expected, fileName }: yauzl.Entry): Transform {
  let sum = 0
  return new Transform({
    transform(chunk: Buffer, _, next) {
      sum = crc32(chunk, sum)
      next(null, chunk)
    },
    flush: (next) =>
      next(sum === expected ? null : new Error(`${quote(fileName)} has another CRC-32`)),
  })
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
