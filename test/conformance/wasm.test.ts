import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { wasmEngine } from '#src/two-tower/engines/wasm.js'
import { planTraining } from '#src/two-tower/plan.js'
import { config, example } from './engine/examples.js'
import { conformance } from './engine.js'

describe('the engine wasm', () => conformance(wasmEngine))

it('the engine wasm has the bits recorded here, on every machine and Node', () => {
  const { data, pairs } = example('train', {
    dim: 5,
    users: 17,
    items: 23,
    interactions: 101,
    pairs: 13,
  })
  const settings = config({ dim: 5, batchSize: 16, epochs: 3, accumulatorInit: 0.01, initStd: 0.3 })
  const { model } = wasmEngine().train(
    data,
    pairs,
    planTraining(data, pairs, { numUsers: 17, numItems: 23 }, settings, 4),
    settings,
  )
  const hash = createHash('sha256')
    .update(new Uint8Array(model.users.buffer))
    .update(new Uint8Array(model.items.buffer))
  expect(hash.digest('hex').slice(0, 16)).toBe('aa88d5a1363f6fac')
})
