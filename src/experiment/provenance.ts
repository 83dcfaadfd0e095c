import { createRequire } from 'node:module'
import type { Dataset } from '../dataset/dataset.js'
import type { ExperimentConfig } from './config.js'
import { sha256 } from '../util/sha256.js'

/**
 * All that it takes to make a result again. It holds no time, path or machine name, so that equal
 * runs give equal bytes.
 */
export interface Provenance {
  /** Version of this package. */
  understudy: string
  /** Name of the preset. */
  preset: string
  /** Name of the data set. */
  dataset: string
  /** SHA-256 (hex) of the data. */
  dataFingerprint: string
  /** SHA-256 (hex) of each further data set. */
  otherFingerprints: string[]
  /** Name and version of the engine. */
  engine: string
  /** SHA-256 (hex) of the configuration as JSON. */
  configHash: string
}

/** Version of this package. */
export const version = (createRequire(import.meta.url)('../../package.json') as { version: string })
  .version

/** The provenance of a run. */
export function provenance(
  preset: string,
  config: ExperimentConfig,
  dataset: Dataset,
  engine: string,
  others: Dataset[] = [],
): Provenance {
  return {
    understudy: version,
    preset,
    dataset: dataset.name,
    dataFingerprint: dataset.fingerprint,
    otherFingerprints: others.map(({ fingerprint }) => fingerprint),
    engine,
    configHash: configHash(config),
  }
}

/** SHA-256 (hex) of a configuration as JSON. */
export function configHash(config: ExperimentConfig): string {
  return sha256(JSON.stringify(config))
}

/** Key of a run: runs of the same key give the same bytes. */
export function runKey(origin: Provenance): string {
  return sha256(JSON.stringify(origin)).slice(0, 12)
}
