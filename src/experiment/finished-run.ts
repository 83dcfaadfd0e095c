import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { average } from '../evaluation/evaluate.js'
import { DataError } from '../util/errors.js'
import { decodeUsers } from './arms.js'
import type { ExperimentConfig } from './config.js'
import { configHash, version } from './provenance.js'
import type { RunResult } from './run.js'
import type { TrialRow } from './trial.js'

/** Recall of each user on the test half, by arm: mean over the procedures [user]. */
export type UserRecalls = Map<string, number[]>

/** A run that lies finished in a folder. */
export interface FinishedRun {
  /** Name of the folder. */
  name: string
  folder: string
  result: RunResult
  users: UserRecalls
}

/** Reads what `understudy run` left. @throws DataError where there are no results */
export function readRun(folder: string): FinishedRun {
  const file = join(folder, 'results.json')
  if (!existsSync(file)) throw new DataError('is not there; `understudy run` writes it when a run has finished', { file })
  const result = readResult(file)
  return { name: basename(resolve(folder)), folder, result, users: userRecalls(folder, result) }
}

/** The finished run of this preset, configuration, engine and version in a folder of runs; of several, the one with most procedures. */
export function findRun(runs: string, preset: string, config: ExperimentConfig, seeds?: number[], engine = 'wasm'): FinishedRun | undefined {
  const wanted = JSON.stringify([preset, version, engine, configHash(config)])
  const files = existsSync(runs) ? readdirSync(runs).map((name) => join(runs, name, 'results.json')) : []
  const found = files
    .filter((file) => existsSync(file))
    .map((file) => ({ file, result: readResult(file) }))
    .filter(({ result: { provenance: { preset, understudy, engine, configHash } } }) => JSON.stringify([preset, understudy, engine, configHash]) === wanted)
    .filter(({ result }) => seeds === undefined || JSON.stringify(seeds) === JSON.stringify(result.seeds))
    .sort((a, b) => b.result.seeds.length - a.result.seeds.length)
  return found[0] && readRun(dirname(found[0].file))
}

function readResult(file: string): RunResult {
  let result: RunResult
  try {
    result = JSON.parse(readFileSync(file, 'utf8')) as RunResult
  } catch (error) {
    throw new DataError(`not a readable JSON file: ${(error as Error).message}`, { file })
  }
  if (!Array.isArray(result?.trials) || typeof result.provenance?.preset !== 'string') throw new DataError('has no trials; expected the results.json of `understudy run`', { file })
  return result
}

/** Users' recalls lie with the kept seeds; arms of a preset that varies something are not one arm. */
function userRecalls(folder: string, { seeds }: RunResult): UserRecalls {
  const rows = seeds.flatMap((seed) => {
    const file = join(folder, `seed-${seed}.json`)
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { rows: TrialRow[] }).rows : []
  })
  const plain = rows.filter(({ factors, userRecall }) => Object.keys(factors).length === 0 && userRecall !== '')
  const arms = [...new Set(plain.map(({ policy }) => policy))]
  return new Map(
    arms.map((arm) => {
      const users = plain.filter(({ policy }) => policy === arm).map((row) => decodeUsers(row.userRecall))
      return [arm, Array.from(users[0], (_, k) => average(users.map((own) => own[k])))]
    }),
  )
}
