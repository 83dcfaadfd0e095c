import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import type { Dataset } from '../dataset/dataset.js'
import type { ExperimentConfig } from './config.js'

/** What made a result: enough to make it again. Holds no time, path or machine name, so that equal runs are equal bytes. */
export interface Provenance {
  understudy: string
  preset: string
  dataset: string
  /** SHA-256 of the data. */
  dataFingerprint: string
  /** Of further data sets. */
  otherFingerprints: string[]
  engine: string
  /** SHA-256 of the config as JSON. */
  configHash: string
}

export const version = (createRequire(import.meta.url)('../../package.json') as { version: string }).version

export function provenance(preset: string, config: ExperimentConfig, dataset: Dataset, engine: string, others: Dataset[] = []): Provenance {
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

export function configHash(config: ExperimentConfig): string {
  return createHash('sha256').update(JSON.stringify(config)).digest('hex')
}

/** Names the run: results under the same key are the same bytes. */
export function runKey(origin: Provenance): string {
  return createHash('sha256').update(JSON.stringify(origin)).digest('hex').slice(0, 12)
}
