import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Bytes and number of the files in a folder and below it. */
export interface FolderSize {
  bytes: number
  files: number
}

/** Size of a folder; links are not followed, and what is removed meanwhile does not count. */
export function folderSize(folder: string): FolderSize {
  const size = { bytes: 0, files: 0 }
  for (const entry of there(() => readdirSync(folder, { withFileTypes: true })) ?? []) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      const inner = folderSize(path)
      size.bytes += inner.bytes
      size.files += inner.files
    } else {
      size.bytes += there(() => lstatSync(path).size) ?? 0
      size.files++
    }
  }
  return size
}

/** "0 B", "12.3 kB", "4.5 MB" */
export function byteText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3))
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`
}

function there<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
