import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { loadDataset } from '#src/dataset/load.js'
import { splitDataset } from '#src/dataset/split.js'
import { Vocabulary } from '#src/dataset/vocabulary.js'
import { readConfig } from '#src/experiment/config.js'
import { userFeatures } from '#src/features/features.js'
import { fixedPolicy } from '#src/policy/policy.js'
import { stream } from '#src/util/random.js'
import { sharedFolder } from '../support/files.js'

/** A Map or a Set holds at most so many entries. */
const fullMap = 2 ** 24
const count = fullMap + 1000

describe('more users and items than a Map can hold', () => {
  const folder = sharedFolder()

  /** Each row has a user and an item of its own, but the last 20 rows, which are of user 5. */
  function write(): string {
    const file = join(folder, 'orders.csv')
    const out = openSync(file, 'w')
    writeSync(out, 'user_id,item_id,timestamp\n')
    for (let from = 0; from < count; from += 2 ** 16) {
      const rows = Array.from({ length: Math.min(2 ** 16, count - from) }, (_, k) => {
        const row = from + k
        return `${row < count - 20 ? row : 5},i${row},${1.2e9 + (row % 1000)}\n`
      })
      writeSync(out, rows.join(''))
    }
    closeSync(out)
    return file
  }

  it('are loaded, split, described and selected from', async () => {
    const dataset = await loadDataset({ name: 'files', files: { interactions: write() } })
    expect(dataset.userIds).toHaveLength(count - 20)
    expect(dataset.itemIds).toHaveLength(count)
    expect(dataset.userIds[fullMap + 7]).toBe(String(fullMap + 7))
    expect(dataset.itemIds[fullMap + 7]).toBe(`i${fullMap + 7}`)
    expect(dataset.interactions.user[fullMap + 7]).toBe(fullMap + 7)
    const config = readConfig({ split: { kind: 'temporal', quantile: 0.999 } })
    const split = splitDataset(dataset, config.split)
    const features = userFeatures(dataset, split, config.features)
    expect(features.users.length).toBeGreaterThan(0.99 * count)
    expect([...fixedPolicy('top:V').select(features, 1, stream(0))]).toEqual([5])
  })

  it('have indices where a source adds them one at a time', () => {
    const vocabulary = new Vocabulary()
    for (let k = 0; k < count; k++) vocabulary.add(String(k))
    expect(vocabulary.add('3')).toBe(3)
    expect(vocabulary.add(String(fullMap + 9))).toBe(fullMap + 9)
    expect(vocabulary.add('new')).toBe(count)
    expect(vocabulary.indexOf('none')).toBeUndefined()
  })
})
