import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { DataError, quote } from '../util/errors.js'
import { type Content, writeTogether } from '../util/files.js'
import { npy, readFloats } from '../util/npy.js'
import type { TwoTowerModel } from './engine.js'

/** For the message where a file of a model folder is missing. */
export const modelOrigin = 'a model folder is what `understudy train` or `launch` writes'

/** A model with the ids of its rows, as a folder holds it. */
export interface StoredModel {
  /** The embeddings. */
  model: TwoTowerModel
  /** Ids of the users [numUsers]. */
  userIds: string[]
  /** Ids of the items [numItems]. */
  itemIds: string[]
}

/**
 * Writes a model to a folder: `users.npy` and `items.npy` (float32 [n, dim], C order), `users.json`
 * and `items.json` (ids of the rows) and `model.json` (the dimension, and `about`).
 * @param about - JSON that says where the model comes from
 * @param parquet - whether to write `users.parquet` and `items.parquet` (columns id, embedding)
 * too. Default false.
 */
export function writeModel(
  folder: string,
  { model, userIds, itemIds }: StoredModel,
  about: object,
  parquet = false,
): void {
  mkdirSync(folder, { recursive: true })
  const files: Record<string, Content> = {}
  for (const [table, ids] of [
    ['users', userIds],
    ['items', itemIds],
  ] as const) {
    files[`${table}.npy`] = npy(model[table], [ids.length, model.dim])
    files[`${table}.json`] = JSON.stringify(ids) + '\n'
    if (parquet) files[`${table}.parquet`] = embeddingsParquet(ids, model[table], model.dim)
  }
  files['model.json'] = JSON.stringify({ dim: model.dim, ...about }, null, 2) + '\n'
  writeTogether(folder, files)
}

/**
 * Reads a model from a folder that `writeModel` wrote.
 * @throws DataError naming the file that is missing or damaged
 */
export function readModel(folder: string): StoredModel {
  const users = readFloats(join(folder, 'users.npy'), modelOrigin)
  const items = readFloats(join(folder, 'items.npy'), modelOrigin)
  const userIds = readTexts(join(folder, 'users.json'), users.rows)
  const itemIds = readTexts(join(folder, 'items.json'), items.rows)
  if (users.dim !== items.dim)
    throw new DataError(`rows of ${items.dim} numbers, but users.npy has rows of ${users.dim}`, {
      file: join(folder, 'items.npy'),
    })
  return { model: { dim: users.dim, users: users.values, items: items.values }, userIds, itemIds }
}

/** Reads `model.json`: the dimension, and where the model comes from. @throws DataError */
export function readAbout(folder: string): Record<string, unknown> {
  const file = join(folder, 'model.json')
  const about = readJson(file)
  if (typeof about !== 'object' || about === null || Array.isArray(about))
    throw new DataError(`expected a JSON object, got ${quote(about)}`, { file })
  return about as Record<string, unknown>
}

/** Reads a JSON array of ids or titles. @throws DataError when it is not of this length */
export function readTexts(file: string, expected: number, what = 'ids'): string[] {
  const texts = readJson(file)
  if (!Array.isArray(texts) || texts.length !== expected)
    throw new DataError(`expected a JSON array of ${expected} ${what}, got ${quote(texts)}`, {
      file,
    })
  return texts.map(String)
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new DataError(`there is no such file; ${modelOrigin}`, { file })
    throw new DataError(`not a readable JSON file: ${(error as Error).message}`, { file })
  }
}

function embeddingsParquet(ids: string[], values: Float32Array, dim: number): Uint8Array {
  const rows = ids.map((_, k) => Array.from(values.subarray(k * dim, (k + 1) * dim)))
  const buffer = parquetWriteBuffer({
    schema: [
      { name: 'root', num_children: 2 },
      { name: 'id', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'REQUIRED' },
      { name: 'embedding', converted_type: 'LIST', repetition_type: 'REQUIRED', num_children: 1 },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      { name: 'element', type: 'FLOAT', repetition_type: 'REQUIRED' },
    ],
    columnData: [
      { name: 'id', data: ids },
      { name: 'embedding', data: rows },
    ],
  })
  return new Uint8Array(buffer)
}
