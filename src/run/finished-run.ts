import { average } from '../util/statistics.js'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { DataError } from '../util/errors.js'
import { decodeUsers, type TrialRow } from '../experiment/row.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { configHash, version } from '../experiment/provenance.js'
import type { RunResult } from './result.js'

/**
 * Cold recall of each evaluated user on the test half, mean over the seeds, by name of the arm:
 * name -> [n].
 */
export type UserRecalls = Map<string, number[]>

/** A finished run as its folder holds it. */
export interface FinishedRun {
  /** Name of the folder. */
  name: string
  /** Path of the folder. */
  folder: string
  /** Its results. */
  result: RunResult
  /** Recalls of single users; empty for arms that have factors. */
  users: UserRecalls
}

/**
 * Reads a finished run from the folder that `understudy run` or `runExperiment` wrote.
 * @throws DataError where the folder has no results, or they cannot be read
 */
export function readRun(folder: string): FinishedRun {
  const file = join(folder, 'results.json')
  if (!existsSync(file))
    throw new DataError('is not there; `understudy run` writes it when a run has finished', {
      file,
    })
  const result = readResult(file)
  return { name: basename(resolve(folder)), folder, result, users: userRecalls(folder, result) }
}

/**
 * Finds a finished run of this preset, configuration, engine and version in a folder of runs;
 * undefined where there is none. Of several, the one with most seeds.
 * @param runs - folder whose subfolders are runs
 * @param seeds - the seeds that it must have. Default: any
 * @param engine - name and version of the engine. Default `wasm`
 * @throws DataError where results in the folder cannot be read
 */
export function findRun(
  runs: string,
  preset: string,
  config: ExperimentConfig,
  seeds?: number[],
  engine = 'wasm',
): FinishedRun | undefined {
  const wanted = JSON.stringify([preset, version, engine, configHash(config)])
  const files = existsSync(runs)
    ? readdirSync(runs).map((name) => join(runs, name, 'results.json'))
    : []
  const found = files
    .filter((file) => existsSync(file))
    .map((file) => ({ file, result: readResult(file) }))
    .filter(
      ({
        result: {
          provenance: { preset, understudy, engine, configHash },
        },
      }) => JSON.stringify([preset, understudy, engine, configHash]) === wanted,
    )
    .filter(
      ({ result }) => seeds === undefined || JSON.stringify(seeds) === JSON.stringify(result.seeds),
    )
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
  if (!Array.isArray(result?.trials) || typeof result.provenance?.preset !== 'string')
    throw new DataError('has no trials; expected the results.json of `understudy run`', { file })
  return result
}

/**
 * Users' recalls lie with the kept seeds; arms of a preset that varies something are not one arm.
 */
function userRecalls(folder: string, { seeds }: RunResult): UserRecalls {
  const rows = seeds.flatMap((seed) => {
    const file = join(folder, `seed-${seed}.json`)
    return existsSync(file)
      ? (JSON.parse(readFileSync(file, 'utf8')) as { rows: TrialRow[] }).rows
      : []
  })
  const plain = rows.filter(
    ({ factors, userRecall }) => Object.keys(factors).length === 0 && userRecall !== '',
  )
  const arms = [...new Set(plain.map(({ policy }) => policy))]
  return new Map(
    arms.map((arm) => {
      const users = plain
        .filter(({ policy }) => policy === arm)
        .map((row) => decodeUsers(row.userRecall))
      return [arm, Array.from(users[0], (_, k) => average(users.map((own) => own[k])))]
    }),
  )
}
