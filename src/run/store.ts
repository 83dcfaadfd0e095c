import { type ReportedRow, type TrialRow } from '../experiment/row.js'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { csv } from '../util/csv.js'
import { writeAtomically, writeTogether } from '../util/files.js'
import { type Provenance, runKey } from '../experiment/provenance.js'
import { readChecked, withChecksum } from './checked-json.js'
import type { RunResult } from './result.js'
import { seedSchema } from './result-schema.js'
import { summarise } from './summary.js'

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
      const { key, rows } = readChecked(seedFile(this.folder, seed), seedSchema)
      return key === runKey(this.origin) ? rows : undefined
    } catch {
      // Absent, damaged, or without the checksum that older versions did not write: compute it.
      return undefined
    }
  }

  keep(seed: number, rows: TrialRow[]): void {
    const document = withChecksum({ key: runKey(this.origin), rows })
    writeAtomically(seedFile(this.folder, seed), JSON.stringify(document))
  }

  /** Writes config.json, results.json and trials.csv. */
  finish(result: RunResult): void {
    const { preset, config, trials } = result
    const json = (document: object) => JSON.stringify(document, null, 2) + '\n'
    writeTogether(this.folder, {
      'config.json': json({ preset, ...config }),
      [resultsFile]: json(withChecksum({ ...result, summary: summarise(result) })),
      'trials.csv': trialsCsv(trials),
    })
  }
}

/** Name of the results in a run's folder. */
export const resultsFile = 'results.json'

/** Path of a finished seed in a run's folder. */
export const seedFile = (folder: string, seed: number) => join(folder, `seed-${seed}.json`)

/** One row a trial, one column a factor and a metric. */
function trialsCsv(trials: ReportedRow[]): string {
  const columns = (record: (trial: ReportedRow) => object) => [
    ...new Set(trials.flatMap((trial) => Object.keys(record(trial)))),
  ]
  const factors = columns((trial) => trial.factors)
  const metrics = columns((trial) => trial.metrics)
  const head = [
    'policy',
    'seed',
    ...factors,
    'users',
    'calls',
    'learningCalls',
    'failed',
    'trainings',
    'validation',
    ...metrics,
  ]
  return csv(
    head,
    trials.map((t) => [
      t.policy,
      t.seed,
      ...factors.map((factor) => t.factors[factor] ?? ''),
      ...[t.users, t.calls, t.learningCalls, t.failed, t.trainings, t.validation],
      ...metrics.map((metric) => t.metrics[metric] ?? NaN),
    ]),
  )
}
