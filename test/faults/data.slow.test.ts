import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { loadDataset } from '#src/dataset/load.js'
import { UnderstudyError } from '#src/util/errors.js'
import { stream } from '#src/util/random.js'
import { folderOf } from '../support/files.js'
import { hasRealData, realData } from '../support/real-data.js'

const rng = stream(5, 'damages')

/** Ways in which a file is damaged. */
const damages: ((bytes: Buffer) => Buffer)[] = [
  (bytes) => {
    const at = rng.below(bytes.length)
    bytes[at] ^= 1 << rng.below(8)
    return bytes
  },
  (bytes) => bytes.subarray(0, 1 + rng.below(bytes.length - 1)),
  (bytes) => {
    const at = rng.below(bytes.length)
    for (let k = at; k < Math.min(bytes.length, at + 40); k++) bytes[k] = rng.below(256)
    return bytes
  },
  (bytes) => {
    const at = rng.below(bytes.length)
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + rng.below(60))])
  },
  (bytes) => {
    const quote = Buffer.from('"')
    const at = rng.below(bytes.length)
    return Buffer.concat([bytes.subarray(0, at), quote, bytes.subarray(at)])
  },
]

it.skipIf(!hasRealData)(
  '500 damaged files are read with every line accounted for, or are errors of one line',
  async () => {
    const source = join(realData, 'csv', 'xwines-slim', 'interactions.csv.gz')
    const text = gunzipSync(readFileSync(source)).toString().split('\n').slice(0, 2000)
    const records = text.slice(1).map((line) => {
      const [user_id, item_id, rating, timestamp] = line.split(',')
      return JSON.stringify({ user_id, item_id, rating, timestamp })
    })
    const plain: [name: string, bytes: Buffer][] = [
      ['a.csv', Buffer.from(text.join('\n') + '\n')],
      ['a.csv.gz', gzipSync(text.join('\n') + '\n')],
      ['a.tsv', Buffer.from(text.join('\n').replaceAll(',', '\t') + '\n')],
      ['a.jsonl', Buffer.from(records.join('\n') + '\n')],
      ['a.json', Buffer.from(`[${records.join(',\n')}]`)],
    ]
    const folder = folderOf({})
    let loaded = 0
    for (let k = 0; k < 500; k++) {
      const [name, bytes] = plain[k % plain.length]
      const file = join(folder, name)
      const damage = damages[Math.floor(k / plain.length) % damages.length]
      writeFileSync(file, damage(Buffer.from(bytes)))
      const badRows = k % 2 === 0 ? ('skip' as const) : ('refuse' as const)
      const files = { interactions: file, badRows }
      try {
        const found = await loadDataset({ name: 'files', files })
        const left = found.leftOut!.reduce((sum, { interactions = 0 }) => sum + interactions, 0)
        expect(found.interactions.user.length + left, `${k}`).toBe(found.read)
        loaded++
      } catch (error) {
        expect(error, `${k}: ${String((error as Error).stack)}`).toBeInstanceOf(UnderstudyError)
        expect((error as Error).message).not.toContain('\n')
      }
    }
    expect(loaded).toBeGreaterThan(150)
  },
)
