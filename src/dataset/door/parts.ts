import { readdir, realpath, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { DataError, quote } from '../../util/errors.js'
import { isInside } from '../../util/paths.js'
import { type Database, text } from './database.js'

/** Files of a source, and the table that is named in one. */
export interface Parts {
  files: string[]
  table?: string
}

/**
 * The files of a source, sorted by name: those of a folder, those that a glob pattern matches, or
 * the file itself; of `FILE#TABLE` the file and the table.
 * @throws DataError where there is none
 */
export async function partsOf(database: Database, source: string): Promise<Parts> {
  const found = await statOf(source)
  if (found?.isDirectory())
    return { files: some(await filesIn(source), source, 'the folder has no files') }
  if (found !== undefined) return { files: [source] }
  const [, file, table] = /^(.+)#([^#]+)$/.exec(source) ?? []
  if (file !== undefined && (await statOf(file)) !== undefined) return { files: [file], table }
  if (!/[*?[]/.test(source)) return { files: [source] }
  const rows = await database.rows<{ file: string }>(`SELECT file FROM glob(${text(source)})`)
  const files = rows.map(({ file }) => file)
  return { files: some(files, source, 'no file has such a name') }
}

const statOf = (path: string) => stat(path).catch(() => undefined)

/** Files in a folder, without those that tools leave beside parts: `_SUCCESS`, `.part-0.crc`. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory() && !/^[._]/.test(entry.name))
    .map(({ name }) => join(folder, name))
}

function some(files: string[], source: string, otherwise: string): string[] {
  if (files.length === 0) throw new DataError(otherwise, { file: source })
  return files.sort()
}

/** @throws DataError for a file that a link leads to outside of the folder */
export async function checkInside(files: readonly string[], folder: string): Promise<void> {
  const root = await realpath(folder)
  for (const file of files) {
    const real = await realpath(file).catch(() => join(root, 'not there'))
    if (!isInside(root, real))
      throw new DataError(
        `the file is a link that leads out of ${quote(folder)}; --follow-links allows it`,
        { file },
      )
  }
}
