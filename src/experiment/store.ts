import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { writeAtomically } from '../util/files.js'
import { type Provenance, runKey } from './provenance.js'
import type { TrialRow } from './trial.js'

/** A run's folder: each finished seed is on disk before it counts, and is not computed again. */
export class RunStore {
  constructor(
    readonly folder: string,
    private readonly origin: Provenance,
  ) {
    mkdirSync(folder, { recursive: true })
  }

  /** The rows of a finished seed, if this very run (same key) has finished it. */
  finished(seed: number): TrialRow[] | undefined {
    try {
      const { key, rows } = JSON.parse(readFileSync(this.#file(seed), 'utf8')) as { key: string; rows: TrialRow[] }
      return key === runKey(this.origin) ? rows : undefined
    } catch {
      // Absent, or cut short by a crash of an older version: compute it.
      return undefined
    }
  }

  keep(seed: number, rows: TrialRow[]): void {
    writeAtomically(this.#file(seed), JSON.stringify({ key: runKey(this.origin), rows }))
  }

  write(name: string, text: string): void {
    writeAtomically(join(this.folder, name), text)
  }

  #file(seed: number): string {
    return join(this.folder, `seed-${seed}.json`)
  }
}
