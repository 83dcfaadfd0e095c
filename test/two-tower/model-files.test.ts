import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { expect, it } from 'vitest'
import { readModel, writeModel } from '#src/two-tower/model-files.js'
import { folderOf } from '../support/files.js'

const stored = {
  model: {
    dim: 3,
    users: Float32Array.from({ length: 6 }, (_, k) => k / 7),
    items: Float32Array.from({ length: 12 }, (_, k) => -k / 3),
  },
  userIds: ['u"1', 'ü,2'],
  itemIds: ['a', 'b', 'c', 'd'],
}

function written(): string {
  const folder = folderOf({})
  writeModel(folder, stored, { seed: 7 }, true)
  return folder
}

it('readModel gives back what was written', () => {
  expect(readModel(written())).toEqual(stored)
})

it('writeModel writes Parquet of the same ids and numbers', async () => {
  const folder = written()
  const rows = await parquetReadObjects({
    file: await asyncBufferFromFile(join(folder, 'users.parquet')),
  })
  expect(rows).toEqual([
    { id: 'u"1', embedding: [...stored.model.users.slice(0, 3)] },
    { id: 'ü,2', embedding: [...stored.model.users.slice(3)] },
  ])
})

it.each([
  ['items.npy', '', /items\.npy: not a float32 matrix/],
  ['items.npy', 'x'.repeat(200), /items\.npy: not a float32 matrix/],
  ['users.json', '{', /users\.json: not a readable JSON file/],
  ['users.json', '["one"]', /users\.json: expected a JSON array of 2 ids/],
])('readModel says which file is not what it should be: %s', (file, content, message) => {
  const folder = written()
  writeFileSync(join(folder, file), content)
  expect(() => readModel(folder)).toThrow(message)
})

it('readModel refuses a table that was cut short, and a folder that is not there', () => {
  const folder = written()
  writeFileSync(join(folder, 'users.npy'), readFileSync(join(folder, 'users.npy')).subarray(0, -4))
  expect(() => readModel(folder)).toThrow(/users\.npy: not a float32 matrix/)
  expect(() => readModel(join(folder, 'no'))).toThrow(
    /users\.npy: there is no such file; a model folder is what/,
  )
})
