import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** Name of the results in a run's folder. */
export const resultsFile = 'results.json'

/** Name of what a run's folder is for: it is written first. */
export const originFile = 'run.json'

/** Name of what the questions of a run have cost, which is no part of its results. */
export const costFile = 'cost.json'

/** Path of a finished seed in a run's folder. */
export const seedFile = (folder: string, seed: number) => join(folder, `seed-${seed}.json`)

/** The seeds of which a folder has a file, in their order. */
export function seedsIn(folder: string): number[] {
  const names = existsSync(folder) ? readdirSync(folder) : []
  return names
    .flatMap((name) => /^seed-(\d+)\.json$/.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b)
}
