import { describe, expect, it } from 'vitest'
import { engineWithLosses } from '#src/two-tower/engines/autodiff.js'
import { installedEngines, makeEngine } from '#src/two-tower/engines/index.js'
import { range } from '#src/util/typed.js'
import { config, example } from './engine/examples.js'
import { conformance } from './engine.js'

const installed = installedEngines().includes('tfjs')

if (!installed)
  process.stderr.write(
    'skipped: @tensorflow/tfjs-node is not installed (npm run setup:tfjs-node)\n',
  )
describe.skipIf(!installed)('the engine tfjs', () => {
  if (installed) conformance(() => makeEngine('tfjs'))
  else it('passes the conformance suite', () => undefined)
})

// In plain TensorFlow.js where tfjs-node is missing.
describe('the engine tfjs-autodiff', () => conformance(() => makeEngine('tfjs-autodiff')))

it('a hinge as custom loss has the gradient of its violated pairs, and leaves the softmax alone', () => {
  const { model, data, pairs } = example('hinge', {
    dim: 3,
    users: 4,
    items: 5,
    interactions: 12,
    pairs: 1,
    weighted: true,
  })
  const settings = config({ dim: 3, pairWeight: 0.5 })
  const engine = engineWithLosses('hinge', () => ({
    pair: ({ u, chosen, rejected, weight }) =>
      u.mul(chosen.sub(rejected)).sum(1).neg().add(1).relu().mul(weight).mean(),
  }))
  expect(engine.name).toMatch(/^tfjs-autodiff \d+\.\d+\.\d+, losses hinge$/)
  const gradientsOf = (by: typeof engine, batch = range(12)) =>
    by.gradients(model, data, batch, pairs, range(1), settings)
  const { items } = gradientsOf(engine, range(0))
  const row = (item: number) =>
    Array.from(items.values.subarray(...[0, 3].map((n) => 3 * items.rows.indexOf(item) + n)))
  const u = model.users.subarray(3 * pairs.user[0], 3 * pairs.user[0] + 3)
  const margin = u.reduce(
    (sum, x, d) =>
      sum + x * (model.items[3 * pairs.chosen[0] + d] - model.items[3 * pairs.rejected[0] + d]),
    0,
  )
  expect(margin).toBeLessThan(1)
  expect(gradientsOf(engine).pairLoss).toBeCloseTo(pairs.weight![0] * (1 - margin), 5)
  row(pairs.chosen[0]).forEach((g, d) => expect(g).toBeCloseTo(-0.5 * pairs.weight![0] * u[d], 5))
  row(pairs.rejected[0]).forEach((g, d) => expect(g).toBeCloseTo(0.5 * pairs.weight![0] * u[d], 5))
  expect(gradientsOf(engine).softmaxLoss).toBe(gradientsOf(makeEngine('tfjs-autodiff')).softmaxLoss)
})
