import { realpath } from 'node:fs/promises'
import { isAbsolute, relative } from 'node:path'
import { InputError, oneOf, quote } from '../util/errors.js'
import { listFolders } from './folders.js'
import { sources } from './sources/index.js'
import type { FoundDataset } from './sources/source.js'

/**
 * Finds the data sets under the folder `root`, sorted by name. It looks at file names alone; files
 * that a link leads to outside of `root` do not count.
 */
export async function findDatasets(root: string): Promise<FoundDataset[]> {
  const all = await search(root)
  const inside = await Promise.all(all.map((found) => liesInside(root, found)))
  return all.filter((_, index) => inside[index])
}

/**
 * The data set `name` under `root`.
 * @throws InputError when it is not there (the error lists what is), or when the name leads out of
 * the root
 */
export async function resolveDataset(root: string, name: string): Promise<FoundDataset> {
  if (isAbsolute(name) || /\\|\0|^[A-Za-z]:/.test(name) || name.split('/').includes('..'))
    throw outside(root, name)
  const all = await search(root)
  const found =
    all.find((one) => one.name === name) ?? all.find(({ aliases }) => aliases?.includes(name))
  if (found === undefined) {
    const there = await findDatasets(root)
    throw unknown(
      root,
      name,
      there.map((one) => one.name),
    )
  }
  if (!(await liesInside(root, found))) throw outside(root, name)
  return found
}

/** Where two sources find the same name, the first in the registry keeps it. */
async function search(root: string): Promise<FoundDataset[]> {
  const byName = new Map<string, FoundDataset>()
  for (const folder of await listFolders(root)) {
    for (const source of sources.entries())
      for (const files of source.find(folder))
        if (!byName.has(files.name)) byName.set(files.name, { ...files, family: source.name })
  }
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

async function liesInside(root: string, { interactions, items }: FoundDataset): Promise<boolean> {
  const realRoot = await realpath(root)
  const files = [interactions, items].filter((file) => file !== undefined)
  const paths = await Promise.all(files.map((file) => realpath(file).catch(() => undefined)))
  return paths.every((path) => path !== undefined && isUnder(realRoot, path))
}

function isUnder(root: string, path: string): boolean {
  const way = relative(root, path)
  return way !== '' && !way.startsWith('..') && !isAbsolute(way)
}

function outside(root: string, name: string): InputError {
  return new InputError(
    `dataset ${quote(name)} leads out of the data root; names stay inside ${quote(root)}`,
  )
}

function unknown(root: string, name: string, there: readonly string[]): InputError {
  const asked = name.toLowerCase()
  const close =
    asked === '' ? [] : there.filter((known) => known.toLowerCase().includes(asked)).slice(0, 3)
  const hint = close.length > 0 ? ` Did you mean ${oneOf(close)}?` : ''
  const list = [...there, 'synthetic'].join(', ')
  return new InputError(
    `there is no dataset ${quote(name)} in ${quote(root)}.${hint} There is: ${list}`,
  )
}
