import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import {
  fileMemo,
  layeredMemo,
  memoryMemo,
  sharedMemo,
  type WorkKind,
} from '#src/experiment/memo.js'
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

it('a memo of texts elsewhere makes a value once, and again when its text is damaged', async () => {
  const texts = new Map<string, string>()
  const memo = sharedMemo({
    read: async (key) => texts.get(key) ?? null,
    write: async (key, text) => void texts.set(key, text),
  })
  let made = 0
  const get = (kind: WorkKind, seed: number) => memo.get(kind, { seed }, () => ({ value: ++made }))
  expect(await get('trainings', 1)).toEqual({ value: 1 })
  expect(await get('trainings', 1)).toEqual({ value: 1 })
  expect(await get('policies', 1)).toEqual({ value: 2 })
  for (const [key, text] of texts) texts.set(key, text.replace('value', 'valve'))
  expect(await get('trainings', 1)).toEqual({ value: 3 })
  // The text of another key, whole in itself.
  const [first, second] = texts.keys()
  texts.set(first, texts.get(second)!)
  expect(await get('trainings', 1)).toEqual({ value: 4 })
})

it('layers of memos make a value once, and each keeps it', async () => {
  const [near, far] = [memoryMemo(), memoryMemo()]
  let made = 0
  const get = (...memos: ReturnType<typeof memoryMemo>[]) =>
    layeredMemo(memos).get('trainings', { seed: 1 }, () => ++made)
  expect(await get(far)).toBe(1)
  expect(await get(near, far)).toBe(1)
  expect(await get(near)).toBe(1)
  expect(await get()).toBe(2)
})
