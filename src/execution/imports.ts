import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ConfigError, quote } from '../util/errors.js'

/**
 * Imports modules that add entries to registries.
 *
 * @param modules - paths (`./my-feature.mjs`), or names of packages
 * @throws ConfigError naming the module that cannot be imported
 */
export async function importAll(modules: readonly string[] = []): Promise<void> {
  for (const name of modules)
    try {
      await import(isPath(name) ? pathToFileURL(resolve(name)).href : name)
    } catch (error) {
      const why = error instanceof Error ? error.message : quote(error)
      throw new ConfigError(`${quote(name)} cannot be imported: ${why}`, { cause: error })
    }
}

function isPath(name: string): boolean {
  return /^\.{0,2}[/\\]|^[A-Za-z]:|\.[cm]?js$/.test(name)
}
