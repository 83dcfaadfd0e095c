import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { runKey } from '../experiment/provenance.js'
import { type ReportedRow, type TrialRow } from '../experiment/row.js'
import { csv } from '../util/csv.js'
import { DataError } from '../util/errors.js'
import { makeFolder, writeAtomically, writeTogether } from '../util/files.js'
import { readChecked, withChecksum } from './checked-json.js'
import { refuseOther } from './other-run.js'
import type { RunOrigin, RunResult } from './result.js'
import { originSchema, resultSchema, seedSchema } from './result-schema.js'
import { originFile, resultsFile, seedFile, seedsIn } from './run-files.js'
import { summarise } from './summary.js'

/**
 * A run's folder: each finished seed is on disk before it counts, and is not computed again.
 */
export class RunStore {
  readonly #kept = new Map<number, TrialRow[]>()

  /**
   * Reads what the folder has of this run, and writes nothing.
   * @param onNotice - told what is damaged and so will be made again
   * @throws ConfigError where the folder has finished work of another run, with the difference
   */
  constructor(
    readonly folder: string,
    private readonly origin: RunOrigin,
    private readonly onNotice: (line: string) => void = () => undefined,
  ) {
    const before = this.#read(originFile, originSchema) ?? this.#read(resultsFile, resultSchema)
    const others: number[] = []
    for (const seed of seedsIn(folder)) {
      const found = this.#read(seedFile('', seed), seedSchema)
      if (found?.key === this.#key) this.#kept.set(seed, found.rows)
      else if (found) others.push(seed)
    }
    const finished = existsSync(join(folder, resultsFile))
    const isOther = before !== undefined && runKey(before.provenance) !== this.#key
    if (others.length > 0 || (finished && isOther)) refuseOther(folder, others, before, origin)
  }

  get #key(): string {
    return runKey(this.origin.provenance)
  }

  /** A file of the folder; undefined where it is absent, or damaged, which is said. */
  #read<T extends object>(name: string, schema: Parameters<typeof readChecked<T>>[1]) {
    const file = join(this.folder, name)
    if (!existsSync(file)) return undefined
    try {
      return readChecked(file, schema, 'it is made again')
    } catch (error) {
      if (!(error instanceof DataError)) throw error
      this.onNotice(error.message)
      return undefined
    }
  }

  /** Makes the folder, and says in it what it is for. */
  begin(): void {
    makeFolder(this.folder)
    const { provenance, seeds, config } = this.origin
    const text = json(withChecksum({ provenance, seeds, config }))
    writeAtomically(join(this.folder, originFile), text)
  }

  /** The rows of a finished seed, if this very run (same key) has finished it. */
  finished(seed: number): TrialRow[] | undefined {
    return this.#kept.get(seed)
  }

  keep(seed: number, rows: TrialRow[]): void {
    const document = withChecksum({ key: this.#key, rows })
    writeAtomically(seedFile(this.folder, seed), JSON.stringify(document))
    this.#kept.set(seed, rows)
  }

  /** Writes config.json, results.json and trials.csv. */
  finish(result: RunResult): void {
    const { preset, config, trials } = result
    writeTogether(this.folder, {
      'config.json': json({ preset, ...config }),
      [resultsFile]: json(withChecksum({ ...result, summary: summarise(result) })),
      'trials.csv': trialsCsv(trials),
    })
  }
}

const json = (document: object) => JSON.stringify(document, null, 2) + '\n'

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
