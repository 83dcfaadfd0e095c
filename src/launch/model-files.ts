import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { withLater } from '../dataset/histories.js'
import { version } from '../experiment/provenance.js'
import { readAbout, readModel, readTexts, writeModel } from '../two-tower/model-files.js'
import { DataError, InputError, quote } from '../util/errors.js'
import { writeAtomically } from '../util/files.js'
import { npy, readFloats, readInts } from '../util/npy.js'
import { type Launch, titleOf } from './launch.js'
import type { LaunchModel } from './model.js'
import { fitNewUsers } from './new-users.js'

/** Of the files; to be raised whenever what they hold changes. */
const format = 1

const notWhole = 'the folder is not whole'

const record = z.object({
  knownItems: z.int().nonnegative(),
  parts: z.object({ embedding: z.int().positive(), text: z.int().positive() }),
})

/** The model of a launch. */
export function launchModel(launch: Launch): LaunchModel {
  const { dataset, knownItems, input, model, owned } = launch
  const places = { dim: input.model.dim, values: input.model.items }
  return {
    folded: model,
    userIds: dataset.userIds,
    itemIds: dataset.itemIds,
    titles: dataset.itemIds.map((_, item) => titleOf(launch, item)),
    numKnown: knownItems.length,
    train: owned.size === 0 ? input.train : withLater(input.train, owned),
    places,
    text: { dim: input.text.dim, values: input.text.items },
    newUserMap: fitNewUsers(input.model.users, places, input.train),
  }
}

/**
 * Writes the model of a launch to a folder. Beside what `writeModel` writes: `titles.json`,
 * `history-start.npy` [numUsers + 1] and `history-item.npy` (int32), `text.npy` [numItems, R],
 * `new-items.npy` (places of the new items [numNew, D]) and `new-user-map.npy` [2 D + 2, D].
 */
export function writeLaunchModel(folder: string, model: LaunchModel, { weights }: Launch): void {
  const { folded, userIds, itemIds, titles, numKnown, train, places, text, newUserMap } = model
  const numNew = itemIds.length - numKnown
  const [D, R] = [places.dim, text.dim]
  writeModel(
    folder,
    { model: folded, userIds, itemIds },
    {
      kind: 'launch',
      format,
      understudy: version,
      knownItems: numKnown,
      newItems: numNew,
      parts: { embedding: D, text: R, constant: 1 },
      weights,
    },
  )
  const put = (name: string, data: string | Uint8Array) => writeAtomically(join(folder, name), data)
  put('titles.json', JSON.stringify(titles) + '\n')
  put('history-start.npy', npy(train.start, [train.start.length]))
  put('history-item.npy', npy(train.item, [train.item.length]))
  put('text.npy', npy(text.values, [itemIds.length, R]))
  put('new-items.npy', npy(places.values.subarray(numKnown * D), [numNew, D]))
  put('new-user-map.npy', npy(newUserMap, [2 * D + 2, D]))
}

/**
 * Reads the model of a launch.
 * @param folder - what `understudy launch` wrote, or `model/` in it
 * @throws InputError when it is no launch, of another format, or damaged
 */
export function readLaunchModel(folder: string): LaunchModel {
  const inner = join(folder, 'model')
  const path = existsSync(join(inner, 'model.json')) ? inner : folder
  if (!existsSync(join(path, 'model.json')))
    throw new InputError(
      `${folder} has no model.json; name a folder that \`understudy launch\` wrote`,
    )
  try {
    return read(path)
  } catch (error) {
    if (!(error instanceof DataError)) throw error
    throw new InputError(`${error.message}; run \`understudy launch\` again`, { cause: error })
  }
}

function read(folder: string): LaunchModel {
  const { numKnown, D, R } = readRecord(folder)
  const { model: folded, userIds, itemIds } = readModel(folder)
  const at = (name: string) => join(folder, name)
  checkSize(at('items.npy'), [itemIds.length, folded.dim], [itemIds.length, D + R + 1])
  const newPlaces = readMatrix(at('new-items.npy'), itemIds.length - numKnown, D)
  const places = new Float32Array(itemIds.length * D)
  for (let item = 0; item < numKnown; item++)
    places.set(folded.items.subarray(item * folded.dim, item * folded.dim + D), item * D)
  places.set(newPlaces, numKnown * D)
  return {
    folded,
    userIds,
    itemIds,
    titles: readTexts(at('titles.json'), itemIds.length, 'titles'),
    numKnown,
    train: readHistories(folder, userIds.length, itemIds.length),
    places: { dim: D, values: places },
    text: { dim: R, values: readMatrix(at('text.npy'), itemIds.length, R) },
    newUserMap: readMatrix(at('new-user-map.npy'), 2 * D + 2, D),
  }
}

function readRecord(folder: string): { numKnown: number; D: number; R: number } {
  const file = join(folder, 'model.json')
  const about = readAbout(folder)
  if (about.kind !== 'launch')
    throw new InputError(
      `${file}: this is a model of \`understudy train\`, not of a launch; name a folder that \`understudy launch\` wrote`,
    )
  if (about.format !== format)
    throw new DataError(
      `the launch is of format ${quote(about.format ?? 'none')}, this version reads ${format}`,
      { file },
    )
  const { success, data, error } = record.safeParse(about)
  if (!success)
    throw new DataError(`${error.issues[0].path.join('.')}: ${error.issues[0].message}`, { file })
  return { numKnown: data.knownItems, D: data.parts.embedding, R: data.parts.text }
}

function readMatrix(file: string, rows: number, dim: number): Float32Array {
  const found = readFloats(file, notWhole)
  checkSize(file, [found.rows, found.dim], [rows, dim])
  return found.values
}

function checkSize(file: string, found: number[], expected: number[]): void {
  if (found.some((side, k) => side !== expected[k]))
    throw new DataError(`${found.join(' x ')} numbers, but ${expected.join(' x ')} are needed`, {
      file,
    })
}

function readHistories(folder: string, numUsers: number, numItems: number): LaunchModel['train'] {
  const [startFile, itemFile] = ['history-start.npy', 'history-item.npy'].map((name) =>
    join(folder, name),
  )
  const [start, item] = [readInts(startFile, notWhole), readInts(itemFile, notWhole)]
  checkSize(startFile, [start.length], [numUsers + 1])
  checkSize(itemFile, [item.length], [start[numUsers]])
  if (start[0] !== 0 || start.some((from, u) => u > 0 && from < start[u - 1]))
    throw new DataError('histories do not begin one after another', { file: startFile })
  if (item.some((index) => index < 0 || index >= numItems))
    throw new DataError('an index is beyond the items', { file: itemFile })
  return { start, item }
}
