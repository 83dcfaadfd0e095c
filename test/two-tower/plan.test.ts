import { expect, it } from 'vitest'
import { twoTowerConfig } from '#src/two-tower/config.js'
import { logQ, planFit, planTraining } from '#src/two-tower/plan.js'

const data = {
  user: Int32Array.from({ length: 10 }, (_, k) => k % 4),
  item: Int32Array.from({ length: 10 }, (_, k) => k % 3),
  logQ: new Float32Array(3),
}
const pairsOf = (n: number) => ({
  user: new Int32Array(n),
  chosen: new Int32Array(n).fill(1),
  rejected: new Int32Array(n).fill(2),
})
const config = twoTowerConfig.parse({ dim: 2, batchSize: 4 })
const shape = { numUsers: 4, numItems: 3 }

it('a plan starts and orders the interactions alike with and without pairs', () => {
  const [without, withPairs] = [0, 7].map((n) => planTraining(data, pairsOf(n), shape, config, 1))
  expect(withPairs.init).toEqual(without.init)
  expect(withPairs.order(2)).toEqual(without.order(2))
  expect([...without.order(0)].sort()).toEqual(Array.from(data.item, (_, k) => k))
  expect(without.pairsPerStep).toBe(0)
  expect(planTraining(data, pairsOf(0), shape, config, 2).init).not.toEqual(without.init)
})

it('a plan goes through all pairs before one comes again, across epochs', () => {
  const plan = planTraining(data, pairsOf(5), shape, config, 1)
  // 3 steps an epoch, one pair a step.
  const drawn = [0, 1, 2, 3, 4].flatMap((epoch) => [...plan.pairOrder(epoch)])
  expect(drawn).toHaveLength(15)
  for (const pass of [0, 5, 10]) expect(drawn.slice(pass, pass + 5).sort()).toEqual([0, 1, 2, 3, 4])
  expect(planFit(pairsOf(5), twoTowerConfig.parse({ proxy: { epochs: 3 } }), 1)).toHaveLength(15)
})

it('logQ is the log of the share, and that of one interaction for items without any', () => {
  expect([...logQ(Int32Array.of(0, 0, 0, 1), 3)].map((x) => Math.exp(x))).toEqual(
    [0.75, 0.25, 0.25].map((x) => expect.closeTo(x, 6) as number),
  )
})
