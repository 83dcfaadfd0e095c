import { expect, it } from 'vitest'
import { mapColdItems } from '#src/two-tower/towers/content-map.js'
import type { Engine, Pairs, TwoTowerModel } from '#src/two-tower/engine.js'
import { logQ, planTraining } from '#src/two-tower/plan.js'
import { ExecutionError } from '#src/util/errors.js'
import { stream } from '#src/util/random.js'
import { range } from '#src/util/typed.js'
import { tokens, train } from '../reference.js'
import { bagExample, config, example, noPairs } from './examples.js'
import { expectNear } from './near.js'

const shape = { numUsers: 17, numItems: 23 }
const { data, pairs } = example('train', {
  dim: 5,
  users: 17,
  items: 23,
  interactions: 101,
  pairs: 13,
})
const settings = config({ dim: 5, batchSize: 16, epochs: 3, accumulatorInit: 0.01, initStd: 0.3 })
const plan = () => planTraining(data, pairs, shape, settings, 4)

/** Checks whole trainings: against the reference, and what must hold whatever the numbers are. */
export function trainingChecks(makeEngine: () => Engine): void {
  const engine = makeEngine()
  referenceChecks(engine)

  it('leaves the plan alone and repeats itself bit by bit, also on a used engine', () => {
    const shared = plan()
    const before = shared.init.users.slice()
    const first = engine.train(data, pairs, shared, settings)
    engine.score(first.model, range(17), range(23), new Float32Array(17 * 23))
    engine.gradients(first.model, data, range(101), noPairs, new Int32Array(0), settings)
    expect(engine.train(data, pairs, shared, settings)).toEqual(first)
    expect(makeEngine().train(data, pairs, shared, settings)).toEqual(first)
    expect(shared.init.users).toEqual(before)
  })

  it('leaves everything warm as it is where pairs move cold items only', () => {
    const cold: Pairs = {
      user: Int32Array.of(1, 2),
      chosen: Int32Array.of(23, 24),
      rejected: Int32Array.of(24, 23),
    }
    const wider = { ...data, logQ: logQ(data.item, 25) }
    const trained = (some: Pairs) => {
      const own = planTraining(wider, some, { ...shape, numItems: 25 }, settings, 4)
      return engine.train(wider, some, own, settings).model
    }
    const [without, paired] = [trained(noPairs), trained(cold)]
    expect(paired.users).toEqual(without.users)
    expect(paired.items.subarray(0, 23 * 5)).toEqual(without.items.subarray(0, 23 * 5))
    expect(paired.items.subarray(23 * 5)).not.toEqual(without.items.subarray(23 * 5))
  })

  it('gives the start without epochs or interactions', () => {
    const { init } = plan()
    expect(engine.train(data, pairs, plan(), { ...settings, epochs: 0 }).model).toEqual(init)
    const empty = { user: new Int32Array(0), item: new Int32Array(0), logQ: new Float32Array(23) }
    const own = planTraining(empty, noPairs, shape, settings, 4)
    expect(engine.train(empty, noPairs, own, settings).model).toEqual(init)
  })

  it.each([1e4, 1e30])(
    'says at a learning rate of %f which loss diverged, in which step and row',
    (learningRate) => {
      const act = () => engine.train(data, pairs, plan(), { ...settings, learningRate })
      expect(act).toThrow(ExecutionError)
      expect(act).toThrow(/training diverged: the (softmax|BPR) loss is \S+ in step \d+ of 7, /)
      expect(act).toThrow(/epoch 1 of 3, and row \d+ of (users|items) has \S+; use a smaller /)
    },
  )
}

function referenceChecks(engine: Engine): void {
  it.each([['joint'], ['items']] as const)(
    'follows the reference over epochs with a short last batch, pairs moving %s',
    (pairGradient) => {
      const own = { ...settings, pairGradient }
      const expected = train(data, pairs, plan(), own)
      const got = engine.train(data, pairs, plan(), own)
      // Float32 rounding adds up over 21 updates.
      expectNear(got.model.users, expected.model.users, 1e-4)
      expectNear(got.model.items, expected.model.items, 1e-4)
      expectNear(got.softmaxLoss, expected.softmaxLoss, 1e-5)
    },
  )

  it('trains the tokens of bags as the reference does, and gives back their sums', () => {
    const { data: bagged, pairs: some, numTokens } = bagExample('bag training', 5)
    const own = planTraining(bagged, some, { numUsers: 7, numItems: numTokens }, settings, 4)
    const { model } = train(bagged, some, own, settings)
    const got = engine.train(bagged, some, own, settings).model
    expectNear(got.users, model.users, 1e-4)
    const sums = Array.from({ length: 11 }, (_, item) =>
      Array.from({ length: 5 }, (_, d) =>
        tokens(bagged, item).reduce((sum, token) => sum + model.items[token * 5 + d], 0),
      ),
    ).flat()
    expectNear(got.items, sums, 1e-4)
  })

  it('lets content-map put cold items where the reference does', () => {
    const cold = Int32Array.of(20, 21, 22)
    const warm = { ...data, item: data.item.map((item) => item % 20) }
    const popularity = new Int32Array(23)
    for (const item of warm.item) popularity[item]++
    const rng = stream(5)
    const content = { dim: 4, values: Float64Array.from({ length: 23 * 4 }, () => rng.normal()) }
    const some = planTraining(warm, noPairs, shape, settings, 4)
    const model = engine.train(warm, noPairs, some, settings).model
    const { model: exact } = train(warm, noPairs, some, settings)
    const expected = {
      dim: 5,
      users: Float32Array.from(exact.users),
      items: Float32Array.from(exact.items),
    }
    const map = (from: TwoTowerModel) => mapColdItems(from, content, popularity, cold, 1).items
    expectNear(map(model), map(expected), 1e-4)
    expect(map(model).subarray(0, 20 * 5)).toEqual(model.items.subarray(0, 20 * 5))
    expect(map(model).subarray(20 * 5)).not.toEqual(model.items.subarray(20 * 5))
  })
}
