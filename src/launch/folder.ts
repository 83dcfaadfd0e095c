import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { version } from '../experiment/provenance.js'
import { type Cell, csvBlocks } from '../util/csv.js'
import { InputError } from '../util/errors.js'
import { checkFolder, writeAtomically } from '../util/files.js'
import { isRunning } from '../util/processes.js'
import { type Launch, type LaunchAsking, launchFingerprint, titleOf } from './launch.js'
import { listTable, parquet, type Table } from './list-table.js'
import { launchModel, writeLaunchModel } from './model-files.js'
import { launchPage } from './page.js'

/** @throws InputError when the folder cannot be written, or holds something that is no launch */
export function checkLaunchFolder(folder: string): void {
  checkFolder(folder)
  if (!existsSync(folder) || existsSync(join(folder, 'launch.json'))) return
  if (statSync(folder).isDirectory() && readdirSync(folder).length === 0) return
  throw new InputError(`${folder} exists and is not a launch; choose another --out`)
}

/**
 * Writes a launch as a folder, whole or not at all: `recommendations`, `recommendations-new` and
 * `audiences` as CSV and Parquet, `model/` (folded vectors, and what else recommending needs),
 * `launch.json` and `launch.html`.
 *
 * @throws InputError when the folder is there and is no launch
 */
export function writeLaunch(folder: string, launch: Launch, command: string): void {
  checkLaunchFolder(folder)
  const draft = beside(folder, process.pid, 'part')
  removeAbandoned(folder, 'part')
  mkdirSync(draft, { recursive: true })
  try {
    const { users, shelf, fresh } = launch
    const model = launchModel(launch)
    writeTable(draft, 'recommendations', listTable(model, users, shelf, { isNew: true }))
    writeTable(draft, 'recommendations-new', listTable(model, users, fresh))
    writeTable(draft, 'audiences', audienceTable(launch))
    writeLaunchModel(join(draft, 'model'), model, launch)
    writeAtomically(join(draft, 'launch.json'), JSON.stringify(summary(launch), null, 2) + '\n')
    writeAtomically(join(draft, 'launch.html'), launchPage(launch, command))
    mkdirSync(dirname(resolve(folder)), { recursive: true })
    // Killed in between, both launches are still there under these names.
    if (existsSync(folder)) renameSync(folder, beside(folder, process.pid, 'old'))
    renameSync(draft, folder)
    removeAbandoned(folder, 'old')
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

/** What a launch is called while it is written, and the one before it while it is replaced. */
type Stage = 'part' | 'old'

const beside = (folder: string, pid: number | string, stage: Stage) =>
  `${resolve(folder)}.${pid}.${stage}`

/** Removes what this process, and those that were killed while they wrote, have left. */
function removeAbandoned(folder: string, stage: Stage): void {
  const place = dirname(resolve(folder))
  for (const name of existsSync(place) ? readdirSync(place) : []) {
    const pid = new RegExp(`\\.(\\d+)\\.${stage}$`).exec(name)?.[1]
    if (pid === undefined || join(place, name) !== beside(folder, pid, stage)) continue
    if (Number(pid) === process.pid || !isRunning(Number(pid)))
      rmSync(join(place, name), { recursive: true, force: true })
  }
}

/** What a launch is of, as `launch.json` and `--json` have it. */
export function summary(launch: Launch): object {
  const { dataset, knownItems, newItems, users, k, weights, spread, exposure } = launch
  return {
    understudy: version,
    fingerprint: launchFingerprint(launch),
    dataset: dataset.name,
    engine: launch.engine,
    users: users.length,
    knownItems: knownItems.length,
    newItems: newItems.length,
    interactions: dataset.interactions.item.length,
    k,
    weights,
    exposure,
    spread: {
      ...spread,
      most: {
        ...spread.most,
        item: spread.most.item < 0 ? null : dataset.itemIds[spread.most.item],
      },
    },
    ...(launch.expected ? { expected: launch.expected } : {}),
    ...(launch.asking ? { asking: askingSummary(launch.asking) } : {}),
    notes: [...launch.notes, ...dataset.notes],
    config: launch.config,
  }
}

function askingSummary({ worth, failures, plan, bill, ...decision }: LaunchAsking): object {
  return {
    ...decision,
    ...(plan ? { plan: { ...plan, policy: plan.policy.name } } : {}),
    ...(bill ? { bill } : {}),
    ...(worth ? { itemsWithAnswers: worth.ofItem.size, liking: worth.liking } : {}),
    ...(failures ? { failures: Object.fromEntries([...failures].sort()) } : {}),
  }
}

function audienceTable(launch: Launch): Table {
  const { dataset, newItems, audience, perItem } = launch
  const rows: Cell[][] = []
  newItems.forEach((item, n) => {
    for (let rank = 0; rank < perItem; rank++) {
      const user = audience.items[n * perItem + rank]
      if (user < 0) continue
      const score = audience.scores[n * perItem + rank]
      const who = dataset.userIds[user]
      rows.push([dataset.itemIds[item], titleOf(launch, item), rank + 1, who, score])
    }
  })
  return { head: ['item_id', 'title', 'rank', 'user_id', 'score'], rows }
}

function writeTable(folder: string, name: string, table: Table): void {
  writeAtomically(join(folder, `${name}.csv`), csvBlocks(table.head, table.rows))
  writeAtomically(join(folder, `${name}.parquet`), parquet(table))
}
