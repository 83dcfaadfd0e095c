import { lstat, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Folder } from './sources/source.js'

/**
 * Two folders deep for a data set, and two more for the layout of a download
 * (`raw/meta_categories`).
 */
const deepest = 2
const deepestLayout = 4

/**
 * Every folder under `root` that may hold data sets, sorted by name. Files are listed, never
 * opened.
 */
export async function listFolders(root: string): Promise<Folder[]> {
  const files = new Map<string, string[]>()
  await list(root, '', 0, files)
  const names = [...files.keys()].filter((name) => name !== '' && name.split('/').length <= deepest)
  return names.sort().map((name) => ({
    name,
    path: join(root, name),
    files: files.get(name) ?? [],
    filesIn: (below) => files.get(`${name}/${below}`) ?? [],
  }))
}

async function list(
  root: string,
  name: string,
  depth: number,
  files: Map<string, string[]>,
): Promise<void> {
  const here: string[] = []
  for (const entry of (await entries(join(root, name))).sort()) {
    const below = name === '' ? entry : `${name}/${entry}`
    // Follows links: whether they leave the root, or lead nowhere, is checked afterwards.
    const found = await stat(join(root, below)).catch(() => undefined)
    const isBroken = async () => (await lstat(join(root, below))).isSymbolicLink()
    if (found?.isFile() || (found === undefined && (await isBroken()))) here.push(entry)
    if (found?.isDirectory() && depth < deepestLayout && !entry.startsWith('.'))
      await list(root, below, depth + 1, files)
  }
  files.set(name, here)
}

/**
 * Names in a folder. A folder that is missing or may not be read counts as empty: errors list what
 * was found.
 */
async function entries(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => [])
}
