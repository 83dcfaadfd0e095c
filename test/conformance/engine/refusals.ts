import { expect, it } from 'vitest'
import type { Engine, Pairs, TrainingData, TrainingPlan } from '#src/two-tower/engine.js'
import { planTraining } from '#src/two-tower/plan.js'
import { InputError } from '#src/util/errors.js'
import { range } from '#src/util/typed.js'
import { config, example } from './examples.js'

const { model, data, pairs } = example('bad', {
  dim: 4,
  users: 3,
  items: 5,
  interactions: 6,
  pairs: 2,
})
const settings = config({ dim: 4 })
const plan = planTraining(data, pairs, { numUsers: 3, numItems: 5 }, settings, 0)
const { init } = plan
const oneInfinite = init.items.map((x, k) => (k === 7 ? Infinity : x))

/** Checks that bad input is refused by the tensor's name, before anything is trained. */
export function refusalChecks(engine: Engine): void {
  const trainWith = (bad: {
    data?: Partial<TrainingData>
    pairs?: Partial<Pairs>
    init?: Partial<TrainingPlan['init']>
  }) =>
    engine.train(
      { ...data, ...bad.data },
      { ...pairs, ...bad.pairs },
      { ...plan, init: { ...init, ...bad.init } },
      settings,
    )
  const notFinite = { ...model, users: model.users.map(() => NaN) }
  const notWhole = { ...model, users: new Float32Array(7) }
  const [one, five] = [range(1), range(5)]

  it.each([
    ['pairs.chosen', () => trainWith({ pairs: { chosen: Int32Array.of(0, 5) } })],
    ['data.item', () => trainWith({ data: { item: data.item.subarray(1) } })],
    ['data.logQ', () => trainWith({ data: { logQ: new Float32Array(4) } })],
    ['data.logQ', () => trainWith({ data: { logQ: new Float32Array(5).fill(NaN) } })],
    ['plan.init.items', () => trainWith({ init: { items: oneInfinite } })],
    ['pairs.weight', () => trainWith({ pairs: { weight: Float32Array.of(1, NaN) } })],
    ['model.users', () => engine.fitItems(notFinite, five, pairs, Int32Array.of(0, 1), settings)],
    ['model.users', () => engine.score(notWhole, one, five, new Float32Array(5))],
    ['items', () => engine.score(model, one, Int32Array.of(-1), new Float32Array(1))],
    ['out', () => engine.score(model, range(2), five, new Float32Array(9))],
    ['order', () => engine.fitItems(model, one, pairs, Int32Array.of(2), settings)],
  ])('is refused by its name: %s', (name, act) => {
    expect(act).toThrow(InputError)
    expect(act).toThrow(new RegExp(`^${name.replace('.', '\\.')} `))
  })
}
