import { average } from '../util/statistics.js'
import { existsSync, readdirSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { DataError } from '../util/errors.js'
import { decodeUsers } from '../experiment/row.js'
import type { ExperimentConfig } from '../experiment/config.js'
import { configHash, runKey, version } from '../experiment/provenance.js'
import { readChecked } from './checked-json.js'
import type { RunResult } from './result.js'
import { resultSchema, seedSchema } from './result-schema.js'
import { type RunCost, readCosts } from './run-cost.js'
import { resultsFile, seedFile } from './run-files.js'

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
  /** What its questions have cost; empty where no price is known. */
  costs: RunCost[]
}

/**
 * Reads a finished run from the folder that `understudy run` or `runExperiment` wrote.
 * @throws DataError where the folder has no results, or they are damaged
 */
export function readRun(folder: string): FinishedRun {
  const file = join(folder, resultsFile)
  if (!existsSync(file))
    throw new DataError('is not there; `understudy run` writes it when a run has finished', {
      file,
    })
  const result = readChecked(file, resultSchema)
  const users = userRecalls(folder, result)
  return { name: basename(resolve(folder)), folder, result, users, costs: readCosts(folder) }
}

/**
 * Finds a finished run of this preset, configuration, engine and version in a folder of runs;
 * undefined where there is none. Of several, the one with most seeds.
 * @param runs - folder whose subfolders are runs
 * @param seeds - the seeds that it must have. Default: any
 * @param engine - name and version of the engine. Default `wasm`
 * @param onNotice - told which runs are left out because they are damaged
 */
export function findRun(
  runs: string,
  preset: string,
  config: ExperimentConfig,
  seeds?: number[],
  engine = 'wasm',
  onNotice?: (line: string) => void,
): FinishedRun | undefined {
  const wanted = JSON.stringify([preset, version, engine, configHash(config)])
  const folders = (existsSync(runs) ? readdirSync(runs) : [])
    .map((name) => join(runs, name))
    .filter((folder) => existsSync(join(folder, resultsFile)))
  const { found, broken } = readEach(folders, (folder) => ({
    folder,
    result: readChecked(join(folder, resultsFile), resultSchema),
  }))
  const fitting = found
    .filter(({ result: { provenance, seeds: own } }) => {
      const { preset, understudy, engine, configHash } = provenance
      return (
        JSON.stringify([preset, understudy, engine, configHash]) === wanted &&
        (seeds === undefined || JSON.stringify(seeds) === JSON.stringify(own))
      )
    })
    .sort((a, b) => b.result.seeds.length - a.result.seeds.length)
  const whole = readEach(fitting, ({ folder }) => readRun(folder))
  const leftOut = leftOutText([...broken, ...whole.broken], folders.length)
  if (leftOut !== undefined) onNotice?.(leftOut)
  return whole.found[0]
}

/** What can be read of some files or folders, and the errors of those that are damaged. */
export function readEach<In, Out>(
  places: readonly In[],
  read: (place: In) => Out,
): { found: Out[]; broken: DataError[] } {
  const found: Out[] = []
  const broken: DataError[] = []
  for (const place of places)
    try {
      found.push(read(place))
    } catch (error) {
      if (!(error instanceof DataError)) throw error
      broken.push(error)
    }
  return { found, broken }
}

/** Says how many of so many are left out, and why; undefined where none is. */
export function leftOutText(broken: readonly DataError[], of: number): string | undefined {
  if (broken.length === 0) return undefined
  return `left out ${broken.length} of ${of}: ${broken.map(({ message }) => message).join('. ')}.`
}

/**
 * Users' recalls lie with the kept seeds, or are not there at all; arms of a preset that varies
 * something are not one arm.
 */
function userRecalls(folder: string, { seeds, provenance }: RunResult): UserRecalls {
  const files = seeds.map((seed) => seedFile(folder, seed))
  if (!files.some((file) => existsSync(file))) return new Map()
  const rows = files.flatMap((file) => {
    const { key, rows } = readChecked(file, seedSchema)
    if (key !== runKey(provenance))
      throw new DataError(
        `is of another run than ${resultsFile} beside it; repeat the command that made it`,
        { file },
      )
    return rows
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
