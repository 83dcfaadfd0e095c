import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { fileMemo, memoryMemo, type WorkKind } from '#src/experiment/memo.js'
import { folderOf } from '../support/files.js'

it('a memo makes a value once, and again when its file is damaged', async () => {
  const folder = folderOf({})
  let made = 0
  const get = (key: object) =>
    fileMemo(folder).get('trainings', key, () => ({ value: ++made, key }))
  expect(await get({ seed: 1 })).toEqual({ value: 1, key: { seed: 1 } })
  expect(await get({ seed: 1 })).toEqual({ value: 1, key: { seed: 1 } })
  expect(await get({ seed: 2 })).toMatchObject({ value: 2 })
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  )
  expect(files).toHaveLength(2)
  for (const entry of files) {
    const file = join(entry.parentPath, entry.name)
    writeFileSync(file, readFileSync(file, 'utf8').replace('"value":', '"valve":'))
  }
  expect(await get({ seed: 1 })).toMatchObject({ value: 3 })
})

it.each([
  ['in memory', memoryMemo],
  ['in files', () => fileMemo(folderOf({}))],
])('a memo %s forgets one value', async (_, makeMemo) => {
  const memo = makeMemo()
  const get = (kind: WorkKind, key: object, value: number) => memo.get(kind, key, () => value)
  await get('trainings', { seed: 1 }, 1)
  await get('policies', { seed: 1 }, 2)
  memo.forget('trainings', { seed: 1 })
  memo.forget('trainings', { seed: 2 })
  expect(await get('trainings', { seed: 1 }, 3)).toBe(3)
  expect(await get('policies', { seed: 1 }, 4)).toBe(2)
})
