import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { version } from '../experiment/provenance.js'
import { writeModel } from '../two-tower/model-files.js'
import type { TopK } from '../two-tower/engine.js'
import { csv } from '../util/csv.js'
import { InputError } from '../util/errors.js'
import { writeAtomically } from '../util/files.js'
import { type Launch, type LaunchAsking, launchFingerprint, titleOf } from './launch.js'
import { launchPage } from './page.js'

/** Rows of a table whose columns are named. */
interface Rows {
  head: string[]
  rows: (string | number)[][]
}

/** @throws InputError when the folder is there and is no launch */
export function checkLaunchFolder(folder: string): void {
  if (existsSync(folder) && !existsSync(join(folder, 'launch.json')))
    throw new InputError(`${folder} is there and is no launch; choose another --out`)
}

/**
 * Writes a launch as a folder, whole or not at all: `recommendations`, `recommendations-new` and
 * `audiences` as CSV and Parquet, `model/` (folded vectors), `launch.json` and `launch.html`.
 *
 * @throws InputError when the folder is there and is no launch
 */
export function writeLaunch(folder: string, launch: Launch, command: string): void {
  checkLaunchFolder(folder)
  const draft = `${resolve(folder)}.${process.pid}.part`
  rmSync(draft, { recursive: true, force: true })
  mkdirSync(draft, { recursive: true })
  try {
    writeTable(draft, 'recommendations', listRows(launch, launch.shelf, true))
    writeTable(draft, 'recommendations-new', listRows(launch, launch.fresh, false))
    writeTable(draft, 'audiences', audienceRows(launch))
    const { model, dataset } = launch
    const { userIds, itemIds } = dataset
    writeModel(join(draft, 'model'), { model, userIds, itemIds }, aboutModel(launch))
    writeAtomically(join(draft, 'launch.json'), JSON.stringify(summary(launch), null, 2) + '\n')
    writeAtomically(join(draft, 'launch.html'), launchPage(launch, command))
    mkdirSync(dirname(resolve(folder)), { recursive: true })
    rmSync(folder, { recursive: true, force: true })
    renameSync(draft, folder)
  } finally {
    rmSync(draft, { recursive: true, force: true })
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

function aboutModel({ newItems, weights, input }: Launch): object {
  const parts = { embedding: input.model.dim, text: input.text.dim, constant: 1 }
  return { kind: 'launch', understudy: version, newItems: newItems.length, parts, weights }
}

function listRows(launch: Launch, lists: TopK, withNew: boolean): Rows {
  const { dataset, users } = launch
  const k = lists.items.length / users.length
  const isNew = new Set(launch.newItems)
  const rows: (string | number)[][] = []
  users.forEach((user, n) => {
    for (let rank = 0; rank < k; rank++) {
      const item = lists.items[n * k + rank]
      if (item < 0) continue
      const score = lists.scores[n * k + rank]
      const row = [dataset.userIds[user], rank + 1, dataset.itemIds[item], titleOf(launch, item)]
      rows.push([...row, score, ...(withNew ? [isNew.has(item) ? 1 : 0] : [])])
    }
  })
  const head = ['user_id', 'rank', 'item_id', 'title', 'score', ...(withNew ? ['new'] : [])]
  return { head, rows }
}

function audienceRows(launch: Launch): Rows {
  const { dataset, newItems, audience, perItem } = launch
  const rows: (string | number)[][] = []
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

function writeTable(folder: string, name: string, { head, rows }: Rows): void {
  writeAtomically(join(folder, `${name}.csv`), csv(head, rows))
  const columnData = head.map((column, j) => {
    const data = rows.map((row) => row[j])
    const isNumber = rows.length > 0 && typeof data[0] === 'number'
    return { name: column, data, type: isNumber ? ('DOUBLE' as const) : ('STRING' as const) }
  })
  const buffer = parquetWriteBuffer({ columnData })
  writeAtomically(join(folder, `${name}.parquet`), Buffer.from(buffer))
}
