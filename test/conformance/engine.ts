import { placesByScore } from '#src/evaluation/evaluate.js'
import { describe, expect, it } from 'vitest'
import { type TwoTowerConfig, twoTowerConfig } from '#src/two-tower/config.js'
import type { Engine, Pairs, SparseGradient, TrainingData, TwoTowerModel } from '#src/two-tower/engine.js'
import { mapColdItems } from '#src/two-tower/content-map.js'
import { logQ, planFit, planTraining } from '#src/two-tower/plan.js'
import { ExecutionError, InputError } from '#src/util/errors.js'
import { stream } from '#src/util/random.js'
import { range } from '#src/util/typed.js'
import { type Doubles, dot, doubles, gradients, tokens, train, update } from './reference.js'

export const config = (record: object = {}): TwoTowerConfig => twoTowerConfig.parse(record)
const none: Pairs = { user: new Int32Array(0), chosen: new Int32Array(0), rejected: new Int32Array(0) }

interface Case {
  model: TwoTowerModel
  data: TrainingData
  pairs: Pairs
}

export function example(name: string, size: { dim: number; users: number; items: number; interactions: number; pairs: number; scale?: number; weighted?: boolean }): Case {
  const rng = stream(1, name)
  const normals = (n: number) => Float32Array.from({ length: n }, () => rng.normal() * (size.scale ?? 0.5))
  const below = (n: number, count: number) => Int32Array.from({ length: count }, () => rng.below(n))
  const model = { dim: size.dim, users: normals(size.users * size.dim), items: normals(size.items * size.dim) }
  const item = below(size.items, size.interactions)
  const chosen = below(size.items, size.pairs)
  const pairs: Pairs = { user: below(size.users, size.pairs), chosen, rejected: chosen.map((c) => (c + 1 + rng.below(size.items - 1)) % size.items) }
  if (size.weighted) pairs.weight = Float32Array.from({ length: size.pairs }, () => rng.uniform() * 2)
  return { model, data: { user: below(size.users, size.interactions), item, logQ: logQ(item, size.items) }, pairs }
}

/** 11 items of up to four of 8 tokens. */
function bagExample(name: string, dim: number) {
  const numTokens = 8
  const { model, data, pairs } = example(name, { dim, users: 7, items: 11, interactions: 40, pairs: 9 })
  const rng = stream(2, name)
  const token: number[] = []
  const start = Int32Array.from({ length: 12 }, (_, item) => {
    if (item > 0) for (let k = rng.below(4); k >= 0; k--) token.push(rng.below(numTokens))
    return token.length
  })
  return { model: { ...model, items: model.items.slice(0, numTokens * dim) }, data: { ...data, bags: { start, token: Int32Array.from(token) } }, pairs, numTokens }
}

/** Within `bound` of the expected rows, relative to the largest expected entry. */
function expectClose(got: SparseGradient, expected: Map<number, number[]>, dim: number, bound: number): void {
  const rows = [...expected.keys()].sort((a, b) => a - b)
  expect(Array.from(got.rows)).toEqual(rows)
  const flat = rows.flatMap((row) => expected.get(row)!)
  expect(got.values).toHaveLength(rows.length * dim)
  expectNear(got.values, flat, bound)
}

function expectNear(got: ArrayLike<number>, expected: ArrayLike<number>, bound: number): void {
  let largest = 1e-30
  let error = 0
  for (let k = 0; k < expected.length; k++) {
    largest = Math.max(largest, Math.abs(expected[k]))
    error = Math.max(error, Number.isNaN(got[k]) ? Infinity : Math.abs(got[k] - expected[k]))
  }
  expect(error / largest).toBeLessThan(bound)
}

/** What every engine must do. */
export function conformance(makeEngine: () => Engine): void {
  const engine = makeEngine()

  describe('gradients', () => {
    const sizes = [1, 3, 4, 5, 8, 13, 32, 33].flatMap((dim) => [1, 2, 7, 8, 9, 31, 128].map((batch) => [dim, batch]))
    it.each(sizes)('dim %i, batch %i', (dim, batch) => {
      for (const pairGradient of ['joint', 'items'] as const)
        for (const weighted of [false, true]) {
          // 11 items: a batch repeats items (accidental hits), pairs repeat rows and meet the batch's items.
          const { model, data, pairs } = example('sizes', { dim, users: 7, items: 11, interactions: 150, pairs: 9, weighted })
          const settings = config({ dim, pairGradient, temperature: 0.7, pairWeight: 0.3 })
          const [rows, pairRows] = [range(batch).map((k) => (k * 7) % 150), Int32Array.of(0, 3, 8, 8, 2)]
          const got = engine.gradients(model, data, rows, pairs, pairRows, settings)
          const expected = gradients(doubles(model), data, rows, pairs, pairRows, settings)
          expectNear([got.softmaxLoss, got.pairLoss], [expected.softmaxLoss, expected.pairLoss], 1e-5)
          expectClose(got.users, expected.users, dim, 1e-5)
          expectClose(got.items, expected.items, dim, 1e-5)
        }
    })

    it.each([1, 9, 32])('item tower bag, batch %i: tokens shared by items, repeated in a step, and in both items of a pair', (batch) => {
      const { model, data, pairs } = bagExample('bags', 6)
      for (const pairGradient of ['joint', 'items'] as const) {
        const settings = config({ dim: 6, pairGradient, temperature: 0.7, pairWeight: 0.3 })
        const [rows, pairRows] = [range(batch), Int32Array.of(0, 3, 8, 8, 2)]
        const got = engine.gradients(model, data, rows, pairs, pairRows, settings)
        const expected = gradients(doubles(model), data, rows, pairs, pairRows, settings)
        expectNear([got.softmaxLoss, got.pairLoss], [expected.softmaxLoss, expected.pairLoss], 1e-5)
        expectClose(got.users, expected.users, 6, 1e-5)
        expectClose(got.items, expected.items, 6, 1e-5)
      }
    })

    it('without pairs', () => {
      const { model, data } = example('none', { dim: 6, users: 5, items: 9, interactions: 20, pairs: 0 })
      const got = engine.gradients(model, data, range(20), none, new Int32Array(0), config({ dim: 6 }))
      expect(got.pairLoss).toBe(0)
      expectClose(got.items, gradients(doubles(model), data, range(20), none, new Int32Array(0), config({ dim: 6 })).items, 6, 1e-5)
    })

    it('a batch of one item, of two, and of far more repeats than are expected', () => {
      for (const items of [1, 2, 3]) {
        const { model, data } = example('repeats', { dim: 8, users: 5, items: items + 1, interactions: 100, pairs: 0 })
        data.item = data.item.map((item) => item % items)
        const got = engine.gradients(model, data, range(100), none, new Int32Array(0), config({ dim: 8 }))
        const expected = gradients(doubles(model), data, range(100), none, new Int32Array(0), config({ dim: 8 }))
        expect(Math.abs(got.softmaxLoss - expected.softmaxLoss)).toBeLessThan(1e-5)
        if (items > 1) expectClose(got.users, expected.users, 8, 1e-5)
        if (items > 1) expectClose(got.items, expected.items, 8, 1e-5)
        else expect(got.items.values.every((x) => Math.abs(x) < 1e-7)).toBe(true)
      }
    })

    it('is right where scores are large', () => {
      const { model, data, pairs } = example('large', { dim: 8, users: 5, items: 9, interactions: 20, pairs: 6, scale: 8 })
      const got = engine.gradients(model, data, range(20), pairs, range(6), config({ dim: 8 }))
      const expected = gradients(doubles(model), data, range(20), pairs, range(6), config({ dim: 8 }))
      expect(expected.softmaxLoss).toBeGreaterThan(50)
      expectNear([got.softmaxLoss], [expected.softmaxLoss], 1e-5)
      expectClose(got.users, expected.users, 8, 1e-4)
    })

    it('the reference agrees with finite differences', () => {
      const { model, data, pairs } = example('differences', { dim: 3, users: 4, items: 5, interactions: 12, pairs: 4, weighted: true })
      const settings = config({ dim: 3, pairGradient: 'joint', temperature: 0.8, pairWeight: 0.4 })
      const loss = (at: Doubles) => {
        const { softmaxLoss, pairLoss } = gradients(at, data, range(12), pairs, range(4), settings)
        return softmaxLoss + settings.pairWeight * pairLoss
      }
      const exact = gradients(doubles(model), data, range(12), pairs, range(4), settings)
      for (const table of ['users', 'items'] as const)
        for (const [index, gradient] of exact[table])
          gradient.forEach((g, d) => {
            const moved = (h: number) => {
              const at = doubles(model)
              at[table][index * 3 + d] += h
              return loss(at)
            }
            expect((moved(1e-5) - moved(-1e-5)) / 2e-5).toBeCloseTo(g, 7)
          })
    })
  })

  describe('train', () => {
    const { data, pairs } = example('train', { dim: 5, users: 17, items: 23, interactions: 101, pairs: 13 })
    const settings = config({ dim: 5, batchSize: 16, epochs: 3, accumulatorInit: 0.01, initStd: 0.3 })
    const plan = (with_: Pairs = pairs) => planTraining(data, with_, { numUsers: 17, numItems: 23 }, settings, 4)

    it.each([['joint'], ['items']] as const)('follows the reference over epochs with a short last batch: %s', (pairGradient) => {
      const own = { ...settings, pairGradient }
      const expected = train(data, pairs, plan(), own)
      const got = engine.train(data, pairs, plan(), own)
      // Float32 rounding adds up over 21 updates.
      expectNear(got.model.users, expected.model.users, 1e-4)
      expectNear(got.model.items, expected.model.items, 1e-4)
      expectNear(got.softmaxLoss, expected.softmaxLoss, 1e-5)
    })

    it('item tower bag: trains tokens as the reference does, and gives back their sums', () => {
      const { data: bagged, pairs: some, numTokens } = bagExample('bag training', 5)
      const own = planTraining(bagged, some, { numUsers: 7, numItems: numTokens }, settings, 4)
      const { model } = train(bagged, some, own, settings)
      const got = engine.train(bagged, some, own, settings).model
      expectNear(got.users, model.users, 1e-4)
      const sums = Array.from({ length: 11 }, (_, item) => Array.from({ length: 5 }, (_, d) => tokens(bagged, item).reduce((sum, token) => sum + model.items[token * 5 + d], 0))).flat()
      expectNear(got.items, sums, 1e-4)
    })

    it('leaves the plan alone and repeats itself bit by bit, also on a used engine', () => {
      const shared = plan()
      const before = shared.init.users.slice()
      const first = engine.train(data, pairs, shared, settings)
      engine.score(first.model, range(17), range(23), new Float32Array(17 * 23))
      engine.gradients(first.model, data, range(101), none, new Int32Array(0), settings)
      expect(engine.train(data, pairs, shared, settings)).toEqual(first)
      expect(makeEngine().train(data, pairs, shared, settings)).toEqual(first)
      expect(shared.init.users).toEqual(before)
    })

    it('pairs of cold items that move items only leave everything warm as it is without pairs', () => {
      const cold: Pairs = { user: Int32Array.of(1, 2), chosen: Int32Array.of(23, 24), rejected: Int32Array.of(24, 23) }
      const wider = { ...data, logQ: logQ(data.item, 25) }
      const shape = { numUsers: 17, numItems: 25 }
      const train = (some: Pairs) => engine.train(wider, some, planTraining(wider, some, shape, settings, 4), settings).model
      expect(train(cold).users).toEqual(train(none).users)
      expect(train(cold).items.subarray(0, 23 * 5)).toEqual(train(none).items.subarray(0, 23 * 5))
      expect(train(cold).items.subarray(23 * 5)).not.toEqual(train(none).items.subarray(23 * 5))
    })

    it('without epochs or interactions is the start', () => {
      expect(engine.train(data, pairs, plan(), { ...settings, epochs: 0 }).model).toEqual(plan().init)
      const empty = { user: new Int32Array(0), item: new Int32Array(0), logQ: new Float32Array(23) }
      expect(engine.train(empty, none, planTraining(empty, none, { numUsers: 17, numItems: 23 }, settings, 4), settings).model).toEqual(plan().init)
    })

    it.each([1e4, 1e30])('a learning rate of %f: says in which step which loss diverged, and where the largest number is', (learningRate) => {
      const act = () => engine.train(data, pairs, plan(), { ...settings, learningRate })
      expect(act).toThrow(ExecutionError)
      expect(act).toThrow(/training diverged: the (softmax|BPR) loss is \S+ in step \d+ of 7, epoch 1 of 3, and row \d+ of (users|items) has \S+; use a smaller model.learningRate/)
    })

    it('item tower content-map: cold items put where their text says, from warm ones as the reference trains them', () => {
      const cold = Int32Array.of(20, 21, 22)
      const warm = { ...data, item: data.item.map((item) => item % 20) }
      const popularity = new Int32Array(23)
      for (const item of warm.item) popularity[item]++
      const rng = stream(5)
      const content = { dim: 4, values: Float64Array.from({ length: 23 * 4 }, () => rng.normal()) }
      const some = planTraining(warm, none, { numUsers: 17, numItems: 23 }, settings, 4)
      const model = engine.train(warm, none, some, settings).model
      const { model: exact } = train(warm, none, some, settings)
      const expected = { dim: 5, users: Float32Array.from(exact.users), items: Float32Array.from(exact.items) }
      const map = (from: TwoTowerModel) => mapColdItems(from, content, popularity, cold, 1).items
      expectNear(map(model), map(expected), 1e-4)
      expect(map(model).subarray(0, 20 * 5)).toEqual(model.items.subarray(0, 20 * 5))
      expect(map(model).subarray(20 * 5)).not.toEqual(model.items.subarray(20 * 5))
    })
  })

  describe('fitItems', () => {
    const { model, pairs } = example('fit', { dim: 6, users: 8, items: 12, interactions: 1, pairs: 20, weighted: true })
    const settings = config({ dim: 6, proxy: { epochs: 3, batchSize: 7 }, accumulatorInit: 0.01 })
    const cold = Int32Array.of(3, 4, 9)
    const order = planFit(pairs, settings, 1)

    it('moves the given items as the reference does, and nothing else', () => {
      const expected = doubles(model)
      const squares = doubles(model)
      squares.items.fill(settings.accumulatorInit)
      const noData = { user: new Int32Array(0), item: new Int32Array(0), logQ: new Float32Array(12) }
      for (let from = 0; from < order.length; from += 7) {
        const { items } = gradients(expected, noData, new Int32Array(0), pairs, order.subarray(from, from + 7), { ...settings, pairWeight: 1, pairGradient: 'items' })
        update(expected, squares, { users: new Map(), items: new Map([...items].filter(([item]) => cold.includes(item))) }, settings.learningRate)
      }
      const got = engine.fitItems(model, cold, pairs, order, settings)
      expectNear(got.items, expected.items, 1e-4)
      expect(got.users).toEqual(model.users)
      for (let i = 0; i < 12; i++) if (!cold.includes(i)) expect(got.items.subarray(i * 6, i * 6 + 6)).toEqual(model.items.subarray(i * 6, i * 6 + 6))
      expect(engine.fitItems(model, cold, none, new Int32Array(0), settings).items).toEqual(model.items)
    })
  })

  describe('score and topK', () => {
    it.each([[1, 1, 1], [3, 7, 5], [8, 8, 8], [33, 19, 26]])('dim %i, %i users, %i items', (dim, users, items) => {
      const { model } = example('score', { dim, users, items: items + 1, interactions: 1, pairs: 0 })
      const out = new Float32Array(users * items)
      const chosen = range(items).reverse()
      engine.score(model, range(users), chosen, out)
      const at = doubles(model)
      expectNear(out, Array.from(out, (_, k) => dot(at, Math.floor(k / items), chosen[k % items])), 1e-5)
      const best = engine.topK(model, range(users), chosen, 3, (user) => Int32Array.of(user % items))
      for (let u = 0; u < users; u++) {
        const sorted = Array.from(chosen.keys()).filter((k) => chosen[k] !== u % items).sort((a, b) => out[u * items + b] - out[u * items + a] || a - b)
        expect(Array.from(best.items.subarray(u * 3, u * 3 + 3))).toEqual([0, 1, 2].map((k) => (k < sorted.length ? chosen[sorted[k]] : -1)))
      }
    })

    it('the best of many are those of sorting all, in blocks of users, whatever is left out', () => {
      const [users, items, k] = [70, 301, 50]
      const { model } = example('many', { dim: 5, users, items: items + 9, interactions: 1, pairs: 0 })
      const candidates = range(items)
      const left = (user: number) => Int32Array.from({ length: user % 4 }, (_, n) => (7 * user + 31 * n) % (items + 9))
      const out = new Float32Array(users * items)
      engine.score(model, range(users), candidates, out)
      const best = engine.topK(model, range(users), candidates, k, left)
      for (let u = 0; u < users; u++) {
        const row = out.subarray(u * items, (u + 1) * items)
        const sorted = Array.from(candidates).filter((item) => !left(u).includes(item)).sort((a, b) => row[b] - row[a] || a - b).slice(0, k)
        expect(Array.from(best.items.subarray(u * k, (u + 1) * k))).toEqual(sorted)
        expect(Array.from(best.scores.subarray(u * k, (u + 1) * k))).toEqual(sorted.map((item) => row[item]))
      }
    })

    it('places are those of counting scores one by one: ties, items left out, scores that are no numbers', () => {
      const [users, items] = [70, 301]
      const { model } = example('places', { dim: 6, users, items, interactions: 1, pairs: 0 })
      // Equal rows tie.
      for (let i = 0; i < 40; i++) model.items.copyWithin((100 + i) * 6, i * 6, (i + 1) * 6)
      model.users[6 * 69] = NaN
      const lists = (of: (user: number) => number[]) => {
        const all = Array.from({ length: users }, (_, u) => of(u))
        return { start: Int32Array.from([0, ...all.map((sum => (list: number[]) => (sum += list.length))(0))]), at: Int32Array.from(all.flat()) }
      }
      const own = lists((u) => Array.from({ length: u % 5 }, (_, n) => (13 * u + 40 * n) % 150))
      const out = lists((u) => Array.from({ length: u % 3 }, (_, n) => 151 + ((7 * u + n) % 150)))
      const scored = placesByScore({ score: (...block) => engine.score(model, ...block) }, range(users), range(items), own, out)
      const placed = engine.places(model, range(users), range(items), own, out)
      expect(placed.above).toEqual(scored.above)
      expect(placed.tied.filter((_, e) => placed.above[e] >= 0)).toEqual(scored.tied.filter((_, e) => placed.above[e] >= 0))
      expect(placed.tied.some((tied) => tied > 0)).toBe(true)
      expect(placed.above.some((above) => above < 0)).toBe(true)
    })

    it('equal scores keep the order of the candidates; missing places are -1 and NaN', () => {
      const model = { dim: 1, users: Float32Array.of(1), items: Float32Array.of(1, 2, 1, 2) }
      const { items, scores } = engine.topK(model, Int32Array.of(0), Int32Array.of(2, 3, 0, 1), 5)
      expect(Array.from(items)).toEqual([3, 1, 2, 0, -1])
      expect(Array.from(scores)).toEqual([2, 2, 1, 1, NaN])
    })
  })

  describe('refuses', () => {
    const { model, data, pairs } = example('bad', { dim: 4, users: 3, items: 5, interactions: 6, pairs: 2 })
    const plan = planTraining(data, pairs, { numUsers: 3, numItems: 5 }, config({ dim: 4 }), 0)
    it.each([
      ['pairs.chosen', () => engine.train(data, { ...pairs, chosen: Int32Array.of(0, 5) }, plan, config({ dim: 4 }))],
      ['data.item', () => engine.train({ ...data, item: data.item.subarray(1) }, pairs, plan, config({ dim: 4 }))],
      ['data.logQ', () => engine.train({ ...data, logQ: new Float32Array(4) }, pairs, plan, config({ dim: 4 }))],
      ['data.logQ', () => engine.train({ ...data, logQ: new Float32Array(5).fill(NaN) }, pairs, plan, config({ dim: 4 }))],
      ['plan.init.items', () => engine.train(data, pairs, { ...plan, init: { ...plan.init, items: plan.init.items.map((x, k) => (k === 7 ? Infinity : x)) } }, config({ dim: 4 }))],
      ['pairs.weight', () => engine.train(data, { ...pairs, weight: Float32Array.of(1, NaN) }, plan, config({ dim: 4 }))],
      ['model.users', () => engine.fitItems({ ...model, users: model.users.map(() => NaN) }, range(5), pairs, Int32Array.of(0, 1), config({ dim: 4 }))],
      ['model.users', () => engine.score({ ...model, users: new Float32Array(7) }, range(1), range(5), new Float32Array(5))],
      ['items', () => engine.score(model, range(1), Int32Array.of(-1), new Float32Array(1))],
      ['out', () => engine.score(model, range(2), range(5), new Float32Array(9))],
      ['order', () => engine.fitItems(model, range(1), pairs, Int32Array.of(2), config({ dim: 4 }))],
    ])('%s', (name, act) => {
      expect(act).toThrow(InputError)
      expect(act).toThrow(new RegExp(`^${name.replace('.', '\\.')} `))
    })
  })
}
