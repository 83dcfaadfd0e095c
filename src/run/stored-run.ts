import { existsSync, readdirSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { DataError, InputError } from '../util/errors.js'
import { folderSize } from '../util/folder-size.js'
import { readChecked } from './checked-json.js'
import { readRun } from './finished-run.js'
import type { RunOrigin, RunResult } from './result.js'
import { originSchema, seedSchema } from './result-schema.js'
import { originFile, resultsFile, seedFile, seedsIn } from './run-files.js'
import { holderText, runHolder } from './run-lock.js'

/** A run as its folder has it, finished or not. */
export interface StoredRun {
  name: string
  folder: string
  state: 'finished' | 'unfinished' | 'running' | 'damaged'
  /** What it is of; absent where no file says so. */
  origin?: RunOrigin
  /** Seeds that are finished. */
  seeds: number[]
  bytes: number
  /** When it was last written to, milliseconds since 1970. */
  modified: number
  /** Its results, where they are there and whole. */
  result?: RunResult
  /** What is damaged, or who is writing. */
  note?: string
}

/** Whether this is a folder with a file that only runs write. */
export function isRun(folder: string): boolean {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return false
  const isThere = (name: string) => existsSync(join(folder, name))
  return isThere(originFile) || isThere(resultsFile) || seedsIn(folder).length > 0
}

/** The runs in a folder of runs, the newest first. */
export function storedRuns(runs: string): StoredRun[] {
  const folders = existsSync(runs) ? readdirSync(runs).map((name) => join(runs, name)) : []
  return folders
    .filter(isRun)
    .map(storedRun)
    .sort((a, b) => b.modified - a.modified || (a.name < b.name ? -1 : 1))
}

/**
 * The folder of a run by its name in the folder of runs, or by its path.
 * @throws InputError where there is none
 */
export function runNamed(runs: string, name: string): string {
  const folder = [join(runs, name), name].find(isRun)
  if (folder !== undefined) return folder
  throw new InputError(`${name} is no run in ${runs}; \`understudy runs list\` shows them`)
}

/** Reads what a folder has of a run; damage is told, not thrown. */
export function storedRun(folder: string): StoredRun {
  const damage: string[] = []
  const whole = <T>(read: () => T): T | undefined => {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof DataError)) throw error
      damage.push(error.message)
      return undefined
    }
  }
  const has = (name: string) => existsSync(join(folder, name))
  const result = has(resultsFile) ? whole(() => readRun(folder).result) : undefined
  const written = has(originFile)
    ? whole(() => readChecked(join(folder, originFile), originSchema))
    : undefined
  const origin = written ?? result
  const seeds = seedsIn(folder).filter(
    // Those of a finished run were read with its results.
    (seed) => result !== undefined || whole(() => readChecked(seedFile(folder, seed), seedSchema)),
  )
  const holder = runHolder(folder)
  const isWhole = result !== undefined && origin!.seeds.every((seed) => result.seeds.includes(seed))
  const state =
    damage.length > 0 ? 'damaged' : holder ? 'running' : isWhole ? 'finished' : 'unfinished'
  return {
    name: basename(resolve(folder)),
    folder,
    state,
    ...(origin ? { origin } : {}),
    seeds: isWhole ? result.seeds : seeds,
    bytes: folderSize(folder).bytes,
    modified: lastWrite(folder),
    ...(result ? { result } : {}),
    ...(damage.length > 0 ? { note: damage[0] } : holder ? { note: holderText(holder) } : {}),
  }
}

/** When a file of the run, not of a report on it, was last written. */
function lastWrite(folder: string): number {
  const names = [originFile, resultsFile, ...seedsIn(folder).map((seed) => seedFile('', seed))]
  const times = names.map(
    (name) => statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0,
  )
  return Math.max(...times)
}
