import { ConfigError } from '../../util/errors.js'
import type { TwoTowerConfig } from '../config.js'
import type { Engine } from '../engine.js'
import type { InstalledPackage } from './installed-package.js'

/** A package that an engine runs on, and that may be missing. */
export interface NeededPackage {
  /** Finds where the package is installed; undefined where it is not. Loads nothing of it. */
  find(): InstalledPackage | undefined
  /** The command that installs it. */
  readonly install: string
}

/** What is known of an engine before it is made. */
export interface EngineTraits {
  /** Name, as `--engine` takes it: `onnx`. */
  readonly name: string
  /**
   * The reason for which `--engine auto` takes this engine for a model; undefined = it does not
   * take it. Where the package is missing, the reason for installing it. Absent: never taken by
   * `auto`.
   */
  auto?(config: TwoTowerConfig): string | undefined
  /** Whether whole trainings take minutes; benchmarks then time only a few steps. Default false. */
  readonly slow?: boolean
}

/** An engine that needs no further package. */
export interface PlainEngineRecord extends EngineTraits {
  /** Absent: nothing else has to be installed. */
  readonly needs?: undefined
  /** Makes the engine; one a thread. */
  make(): Engine
}

/** An engine on a package that may be missing. */
export interface PackagedEngineRecord extends EngineTraits {
  /** The package that it runs on. */
  readonly needs: NeededPackage
  /** Loads the package, and makes the engine; one a thread. */
  make(found: InstalledPackage): Engine
}

/** An entry of the registry `engines`: what is known of an engine, and how it is made. */
export type EngineRecord = PlainEngineRecord | PackagedEngineRecord

/** Whether the engine can be made here. */
export function isInstalled({ needs }: EngineRecord): boolean {
  return needs === undefined || needs.find() !== undefined
}

/**
 * Finds the package that an engine needs, and calls `make` with it.
 * @param name - of the engine, for messages
 * @throws ConfigError that says how to install the package where it is missing or broken
 */
export function withPackage<T>(
  name: string,
  { find, install }: NeededPackage,
  make: (found: InstalledPackage) => T,
): T {
  const found = find()
  if (!found) throw new ConfigError(`the engine ${name} is not installed: ${install}`)
  try {
    return make(found)
  } catch (error) {
    const [problem] = (error as Error).message.split('\n')
    throw new ConfigError(
      `the engine ${name} cannot be loaded (${problem}); install it again: ${install}`,
      { cause: error },
    )
  }
}
