import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { DataError, quote } from '../util/errors.js'
import { writeAtomically } from '../util/files.js'
import type { TwoTowerModel } from './engine.js'

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
  for (const [table, ids] of [
    ['users', userIds],
    ['items', itemIds],
  ] as const) {
    writeAtomically(join(folder, `${table}.npy`), npy(model[table], [ids.length, model.dim]))
    writeAtomically(join(folder, `${table}.json`), JSON.stringify(ids) + '\n')
    if (parquet)
      writeAtomically(
        join(folder, `${table}.parquet`),
        embeddingsParquet(ids, model[table], model.dim),
      )
  }
  writeAtomically(
    join(folder, 'model.json'),
    JSON.stringify({ dim: model.dim, ...about }, null, 2) + '\n',
  )
}

/**
 * Reads a model from a folder that `writeModel` wrote.
 * @throws DataError naming the file that is missing or damaged
 */
export function readModel(folder: string): StoredModel {
  const users = readNpy(join(folder, 'users.npy'))
  const items = readNpy(join(folder, 'items.npy'))
  const userIds = readIds(join(folder, 'users.json'), users.rows)
  const itemIds = readIds(join(folder, 'items.json'), items.rows)
  if (users.dim !== items.dim)
    throw new DataError(`rows of ${items.dim} numbers, but users.npy has rows of ${users.dim}`, {
      file: join(folder, 'items.npy'),
    })
  return { model: { dim: users.dim, users: users.values, items: items.values }, userIds, itemIds }
}

/** NumPy's format 1.0: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html */
function npy(values: Float32Array, shape: [number, number]): Uint8Array {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`
  const header = text + ' '.repeat(63 - ((10 + text.length) % 64)) + '\n'
  const start = Buffer.from([
    0x93,
    0x4e,
    0x55,
    0x4d,
    0x50,
    0x59,
    1,
    0,
    header.length & 255,
    header.length >> 8,
  ])
  return Buffer.concat([
    start,
    Buffer.from(header, 'latin1'),
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  ])
}

function readNpy(file: string): { rows: number; dim: number; values: Float32Array } {
  if (!existsSync(file))
    throw new DataError('there is no such file; a model folder is what `understudy train` writes', {
      file,
    })
  const bytes = readFileSync(file)
  const start = 10 + (bytes.length < 10 ? 0 : bytes.readUInt16LE(8))
  const shape = /'descr': '<f4', 'fortran_order': False, 'shape': \((\d+), (\d+)\)/.exec(
    bytes.toString('latin1', 10, Math.min(start, 1024)),
  )
  const [rows, dim] = [Number(shape?.[1]), Number(shape?.[2])]
  if (!shape || bytes.length - start !== rows * dim * 4)
    throw new DataError('not a float32 matrix in NumPy format 1.0, C order', { file })
  return { rows, dim, values: new Float32Array(new Uint8Array(bytes.subarray(start)).buffer) }
}

function readIds(file: string, expected: number): string[] {
  let ids: unknown
  try {
    ids = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new DataError(`not a readable JSON file: ${(error as Error).message}`, { file })
  }
  if (!Array.isArray(ids) || ids.length !== expected)
    throw new DataError(`expected a JSON array of ${expected} ids, got ${quote(ids)}`, { file })
  return ids.map(String)
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
