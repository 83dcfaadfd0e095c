import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { stream } from '#src/util/random.js'
import { damages, makeStore, useStore } from '../support/damage.js'
import { folderOf } from '../support/files.js'

it('500 damaged stores end no process, give no other answer, and lose no more than what was hit', () => {
  const folder = folderOf({})
  const count = 600
  const whole = makeStore(join(folder, 'whole'), count)
  const kinds = Object.keys(damages)
  const repaired: number[] = []
  for (let k = 0; k < 500; k++) {
    const kind = kinds[k % kinds.length]
    const store = join(folder, String(k))
    const file = damages[kind](Buffer.from(whole), stream(k, 'damage', kind))
    const found = useStore(store, file, count)
    if (found.outcome === 'refused') {
      expect(found, `${k}: ${kind}`).toMatchObject({
        name: 'DataError',
        message: expect.stringContaining('understudy answers repair') as string,
      })
      if (kind.startsWith('a bit')) repaired.push(found.repaired!)
    }
    for (const place of [store, `${store}.repaired`])
      rmSync(place, { recursive: true, force: true })
  }
  // A bit spoils one leaf at most: some ten answers.
  expect(Math.min(...repaired)).toBeGreaterThan(count - 20)
})
