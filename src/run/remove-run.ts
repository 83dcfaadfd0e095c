import { lstatSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { workKinds } from '../experiment/memo.js'
import { InputError } from '../util/errors.js'
import { folderSize } from '../util/folder-size.js'
import { lockName, lockRun } from './run-lock.js'
import { isRun, storedRuns } from './stored-run.js'

/** All that a run's folder may have of a run, and of a report on it. */
const ofRuns = new RegExp(
  `^(run\\.json|results\\.json|config\\.json|cost\\.json|trials\\.csv|seed-\\d+\\.json|report|` +
    `${lockName.replace('.', '\\.')}(\\..*)?|.*\\.\\d+\\.\\d+\\.tmp)$`,
)

/** Something that can be removed, held so that no run writes in it. */
export interface Removal {
  path: string
  bytes: number
  /** Removes it. */
  remove(): void
  /** Lets it go, removed or not. */
  release(): void
}

/**
 * Takes hold of a run, to remove it.
 * @param runs - folder of runs, directly in which it must lie
 * @param name - its name there, or its path
 * @throws InputError for what is no run, lies elsewhere, is in use, or has files of somebody else
 */
export function removalOfRun(runs: string, name: string): Removal {
  const path = [join(runs, name), name].find(isThere)
  if (path === undefined)
    throw new InputError(`there is no run ${name} in ${runs}; \`understudy runs list\` shows them`)
  if (lstatSync(path).isSymbolicLink())
    throw new InputError(`${path} is a link; remove it yourself, or what it leads to`)
  if (!isThere(runs) || dirname(realpathSync(path)) !== realpathSync(runs))
    throw new InputError(`${path} does not lie in ${runs}; name its folder of runs (--runs)`)
  if (!isRun(path)) throw new InputError(`${path} is no run, so it stays`)
  const foreign = readdirSync(path).filter((entry) => !ofRuns.test(entry))
  if (foreign.length > 0)
    throw new InputError(
      `${path} has files that no run writes (${foreign.slice(0, 3).join(', ')}); move them away`,
    )
  const { bytes } = folderSize(path)
  return { path, bytes, remove: () => removeAll(path), release: lockRun(path) }
}

/**
 * The finished trainings and policies of the store of a folder of runs, to remove them: they can be
 * computed again. Other files of the store stay.
 * @throws InputError where a run may be using them, or the store is a link
 */
export function removalOfStore(runs: string): Removal {
  const path = join(runs, 'store')
  const busy = storedRuns(runs).find(({ state }) => state === 'running')
  if (busy) throw new InputError(`${path} is in use: ${busy.folder} is being run (${busy.note})`)
  if (isThere(path) && lstatSync(path).isSymbolicLink())
    throw new InputError(`${path} is a link; remove it yourself, or what it leads to`)
  const kinds = workKinds.map((kind) => join(path, kind))
  return {
    path,
    bytes: kinds.reduce((sum, kind) => sum + folderSize(kind).bytes, 0),
    remove: () => kinds.forEach(removeAll),
    release: () => undefined,
  }
}

/** Links in it are removed, not what they lead to. */
const removeAll = (path: string) => rmSync(path, { recursive: true, force: true, maxRetries: 3 })

const isThere = (path: string) => lstatSync(path, { throwIfNoEntry: false }) !== undefined
