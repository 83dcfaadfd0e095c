import { expect, it } from 'vitest'
import type { Engine } from '#src/two-tower/engine.js'
import { planFit } from '#src/two-tower/plan.js'
import { doubles, gradients, update } from '../reference.js'
import { config, example, noPairs } from './examples.js'
import { expectNear } from './near.js'

const { model, pairs } = example('fit', {
  dim: 6,
  users: 8,
  items: 12,
  interactions: 1,
  pairs: 20,
  weighted: true,
})
const settings = config({ dim: 6, proxy: { epochs: 3, batchSize: 7 }, accumulatorInit: 0.01 })
const cold = Int32Array.of(3, 4, 9)
const order = planFit(pairs, settings, 1)

/** The proxy training by the reference, the gradients of all but the cold items left out. */
function fitted() {
  const at = doubles(model)
  const squares = doubles(model)
  squares.items.fill(settings.accumulatorInit)
  const [nothing, logQ] = [new Int32Array(0), new Float32Array(12)]
  const noData = { user: nothing, item: nothing, logQ }
  const own = { ...settings, pairWeight: 1, pairGradient: 'items' as const }
  for (let from = 0; from < order.length; from += 7) {
    const batch = order.subarray(from, from + 7)
    const { items } = gradients(at, noData, nothing, pairs, batch, own)
    const moved = [...items].filter(([item]) => cold.includes(item))
    update(at, squares, { users: new Map(), items: new Map(moved) }, settings.learningRate)
  }
  return at
}

/** Checks proxy trainings. */
export function fitItemsChecks(engine: Engine): void {
  it('moves the given items as the reference does, and nothing else', () => {
    const got = engine.fitItems(model, cold, pairs, order, settings)
    expectNear(got.items, fitted().items, 1e-4)
    expect(got.users).toEqual(model.users)
    const row = (items: Float32Array, item: number) => items.subarray(item * 6, item * 6 + 6)
    for (let item = 0; item < 12; item++)
      if (!cold.includes(item)) expect(row(got.items, item)).toEqual(row(model.items, item))
  })

  it('gives the start without pairs', () => {
    const got = engine.fitItems(model, cold, noPairs, new Int32Array(0), settings)
    expect(got.items).toEqual(model.items)
  })
}
