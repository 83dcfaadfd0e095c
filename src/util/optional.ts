import { createRequire } from 'node:module'
import { ConfigError } from './errors.js'

/** An optional peer: a package that is not installed with this one. */
export interface OptionalPackage {
  name: string
  /** Versions that work, as npm takes them. */
  version: string
  /** What needs the package, as the subject of a sentence. */
  needs: string
}

/**
 * The file of a module of an optional package, e.g. `tslab/dist/main.js`.
 * @throws ConfigError with the command that installs the package
 */
export function resolveOptional({ name, version, needs }: OptionalPackage, module = name): string {
  try {
    return createRequire(import.meta.url).resolve(module)
  } catch {
    throw new ConfigError(`${needs} needs ${name}: npm install ${name}@${version}`)
  }
}
