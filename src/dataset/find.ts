import { realpath } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import { InputError, oneOf, quote } from '../util/errors.js'
import { isInside } from '../util/paths.js'
import { listFolders } from './folders.js'
import { sources } from './sources/index.js'
import type { FoundDataset } from './sources/source.js'

/** How data sets are found. */
export interface FindOptions {
  /** Whether links that lead out of the root are followed. Default false. */
  followLinks?: boolean
}

/**
 * Finds the data sets under the folder `root`, sorted by name. It looks at file names alone; files
 * that a link leads to outside of `root` do not count unless links are followed.
 */
export async function findDatasets(
  root: string,
  { followLinks = false }: FindOptions = {},
): Promise<FoundDataset[]> {
  const all = await linksOf(root)
  return all.filter(({ link }) => link === undefined || (followLinks && link === 'outside'))
}

/** All data sets under a root; those with a link that leads out of it, or nowhere, say so. */
export async function linksOf(root: string): Promise<(FoundDataset & { link?: Link })[]> {
  const all = await search(root)
  return Promise.all(all.map(async (found) => ({ ...found, link: await linkOf(root, found) })))
}

/** Where a link leads that is not followed. */
export type Link = 'outside' | 'broken'

/**
 * The data set `name` under `root`.
 * @throws InputError when it is not there (the error lists what is), or when the name or a link
 * leads out of the root
 */
export async function resolveDataset(
  root: string,
  name: string,
  { followLinks = false }: FindOptions = {},
): Promise<FoundDataset> {
  if (isAbsolute(name) || /\\|\0|^[A-Za-z]:/.test(name) || name.split('/').includes('..'))
    throw outside(root, name)
  const all = await search(root)
  const found =
    all.find((one) => one.name === name) ?? all.find(({ aliases }) => aliases?.includes(name))
  if (found === undefined) {
    const there = await findDatasets(root, { followLinks })
    throw unknown(
      root,
      name,
      there.map((one) => one.name),
    )
  }
  // Of a broken link, reading says more.
  if ((await linkOf(root, found)) === 'outside' && !followLinks)
    throw new InputError(
      `a link in dataset ${quote(name)} leads out of the data root ${quote(root)}; ` +
        '--follow-links (dataset.followLinks) allows it',
    )
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

async function linkOf(
  root: string,
  { interactions, items }: FoundDataset,
): Promise<Link | undefined> {
  const realRoot = await realpath(root)
  const files = [interactions, items].filter((file) => file !== undefined)
  const paths = await Promise.all(files.map((file) => realpath(file).catch(() => undefined)))
  if (paths.includes(undefined)) return 'broken'
  return paths.every((path) => path !== realRoot && isInside(realRoot, path!))
    ? undefined
    : 'outside'
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
    `there is no dataset ${quote(name)} in ${quote(root)}.${hint} There is: ${list}. ` +
      '--data names another folder, and `understudy data fetch` downloads some',
  )
}
