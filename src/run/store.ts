import { type ReportedRow, type TrialRow } from '../experiment/row.js'
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { csv } from '../util/csv.js'
import { writeAtomically } from '../util/files.js'
import { type Provenance, runKey } from '../experiment/provenance.js'
import type { RunResult } from './result.js'
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
      const { key, rows } = JSON.parse(readFileSync(this.#file(seed), 'utf8')) as {
        key: string
        rows: TrialRow[]
      }
      return key === runKey(this.origin) ? rows : undefined
    } catch {
      // Absent, or cut short by a crash of an older version: compute it.
      return undefined
    }
  }

  keep(seed: number, rows: TrialRow[]): void {
    writeAtomically(this.#file(seed), JSON.stringify({ key: runKey(this.origin), rows }))
  }

  /** Writes config.json, results.json and trials.csv. */
  finish(result: RunResult): void {
    const { preset, config, trials } = result
    const write = (name: string, text: string) => writeAtomically(join(this.folder, name), text)
    write('config.json', JSON.stringify({ preset, ...config }, null, 2) + '\n')
    write('results.json', JSON.stringify({ ...result, summary: summarise(result) }, null, 2) + '\n')
    write('trials.csv', trialsCsv(trials))
  }

  #file(seed: number): string {
    return join(this.folder, `seed-${seed}.json`)
  }
}

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
