import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** An optional package that is installed. */
export interface InstalledPackage {
  /** Path of its package.json. */
  file: string
  /** Version that is installed. */
  version: string
}

/**
 * Finds a package in node_modules, or where a script of this project has put it: data/packages,
 * which `npm ci` leaves alone. Another package installed under the same name (an alias) does not
 * count, unless it is the one that is looked for: `folder`.
 */
export function findPackage(name: string, folder = name): InstalledPackage | undefined {
  const require = createRequire(import.meta.url)
  const own = new URL(`../../../data/packages/node_modules/${folder}/package.json`, import.meta.url)
  const places = [
    fileURLToPath(own),
    ...(require.resolve.paths(folder) ?? []).map((modules) =>
      join(modules, folder, 'package.json'),
    ),
  ]
  for (const file of places) {
    if (!existsSync(file)) continue
    const found = JSON.parse(readFileSync(file, 'utf8')) as { name: string; version: string }
    if (found.name === name) return { file, version: found.version }
  }
  return undefined
}
