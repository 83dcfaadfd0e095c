import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { fileMemo } from '#src/experiment/memo.js'
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
