import { expect, it } from 'vitest'
import type { TwoTowerConfig } from '#src/two-tower/config.js'
import type { Engine, StepGradients } from '#src/two-tower/engine.js'
import { range } from '#src/util/typed.js'
import { type Doubles, doubles, gradients, type Reference } from '../reference.js'
import { bagExample, config, type Example, example, noPairs } from './examples.js'
import { expectNear, expectRows } from './near.js'

const noRows = new Int32Array(0)

/** The step by the engine, and by the reference. */
function both(
  engine: Engine,
  { model, data, pairs }: Example,
  rows: Int32Array,
  pairRows: Int32Array,
  settings: TwoTowerConfig,
): [StepGradients, Reference] {
  return [
    engine.gradients(model, data, rows, pairs, pairRows, settings),
    gradients(doubles(model), data, rows, pairs, pairRows, settings),
  ]
}

function expectSame([got, expected]: [StepGradients, Reference], dim: number): void {
  expectNear([got.softmaxLoss, got.pairLoss], [expected.softmaxLoss, expected.pairLoss], 1e-5)
  expectRows(got.users, expected.users, dim, 1e-5)
  expectRows(got.items, expected.items, dim, 1e-5)
}

/** Checks losses and gradients of a step against the reference. */
export function gradientChecks(engine: Engine): void {
  const sizes = [1, 3, 4, 5, 8, 13, 32, 33].flatMap((dim) =>
    [1, 2, 7, 8, 9, 31, 128].map((batch) => [dim, batch]),
  )
  it.each(sizes)('equal the reference for dim %i and batch %i', (dim, batch) => {
    // 11 items: a batch repeats items (accidental hits), pairs repeat rows and meet the batch's
    // items.
    const size = { dim, users: 7, items: 11, interactions: 150, pairs: 9 }
    const rows = range(batch).map((k) => (k * 7) % 150)
    for (const pairGradient of ['joint', 'items'] as const)
      for (const weighted of [false, true]) {
        const settings = config({ dim, pairGradient, temperature: 0.7, pairWeight: 0.3 })
        const one = example('sizes', { ...size, weighted })
        expectSame(both(engine, one, rows, Int32Array.of(0, 3, 8, 8, 2), settings), dim)
      }
  })

  it.each([1, 9, 32])('equal the reference for bags that share tokens, batch %i', (batch) => {
    const one = bagExample('bags', 6)
    for (const pairGradient of ['joint', 'items'] as const) {
      const settings = config({ dim: 6, pairGradient, temperature: 0.7, pairWeight: 0.3 })
      expectSame(both(engine, one, range(batch), Int32Array.of(0, 3, 8, 8, 2), settings), 6)
    }
  })

  it('equal the reference without pairs', () => {
    const one = example('none', { dim: 6, users: 5, items: 9, interactions: 20, pairs: 0 })
    const step = both(engine, one, range(20), noRows, config({ dim: 6 }))
    expect(step[0].pairLoss).toBe(0)
    expectSame(step, 6)
  })

  it('equal the reference for batches of one item, of two, and of many repeats', () => {
    for (const items of [1, 2, 3]) {
      const size = { dim: 8, users: 5, items: items + 1, interactions: 100, pairs: 0 }
      const { model, data } = example('repeats', size)
      const one = {
        model,
        data: { ...data, item: data.item.map((k) => k % items) },
        pairs: noPairs,
      }
      const [got, expected] = both(engine, one, range(100), noRows, config({ dim: 8 }))
      expect(Math.abs(got.softmaxLoss - expected.softmaxLoss)).toBeLessThan(1e-5)
      if (items > 1) {
        expectRows(got.users, expected.users, 8, 1e-5)
        expectRows(got.items, expected.items, 8, 1e-5)
      } else expect(got.items.values.every((x) => Math.abs(x) < 1e-7)).toBe(true)
    }
  })

  it('equal the reference where scores are large', () => {
    const size = { dim: 8, users: 5, items: 9, interactions: 20, pairs: 6, scale: 8 }
    const one = example('large', size)
    const [got, expected] = both(engine, one, range(20), range(6), config({ dim: 8 }))
    expect(expected.softmaxLoss).toBeGreaterThan(50)
    expectNear([got.softmaxLoss], [expected.softmaxLoss], 1e-5)
    expectRows(got.users, expected.users, 8, 1e-4)
  })

  referenceCheck()
}

/** Checks the reference itself. */
function referenceCheck(): void {
  it('have a reference that agrees with finite differences', () => {
    const size = { dim: 3, users: 4, items: 5, interactions: 12, pairs: 4, weighted: true }
    const { model, data, pairs } = example('differences', size)
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
}
