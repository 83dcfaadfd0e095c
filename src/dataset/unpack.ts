import { createWriteStream, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import yauzl from 'yauzl'
import { DataError, quote } from '../util/errors.js'

const openZip = promisify<string, yauzl.Options, yauzl.ZipFile>(yauzl.open)

/**
 * Takes the named files out of a zip archive, whatever folder they lie in there, and puts them
 * beside it; nothing else is written.
 * @throws DataError when the archive is damaged or lacks a file
 */
export async function unpack(file: string, names: readonly string[]): Promise<void> {
  const zip = await openZip(file, { lazyEntries: true, autoClose: false }).catch((error: Error) => {
    rmSync(file)
    throw new DataError(
      `not a zip archive (${error.message}); it was removed, download it again`,
      { file },
      { cause: error },
    )
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
    throw new DataError(
      `the archive is damaged: ${(error as Error).message}`,
      { file },
      { cause: error },
    )
  } finally {
    zip.close()
  }
  if (missing.size > 0)
    throw new DataError(`the archive lacks ${[...missing].map(quote).join(', ')}`, { file })
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
