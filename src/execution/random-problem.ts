import { type TwoTowerConfig, twoTowerConfig } from '../two-tower/config.js'
import type { Engine, Pairs, TrainingData, TrainingPlan } from '../two-tower/engine.js'
import { logQ, planTraining } from '../two-tower/plan.js'
import { stream } from '../util/random.js'

/** Sizes of a training on random data. */
export interface Size {
  users: number
  items: number
  interactions: number
  pairs: number
  dim: number
  batchSize: number
}

/** The arguments of a training. */
export interface Problem {
  data: TrainingData
  pairs: Pairs
  plan: TrainingPlan
  config: TwoTowerConfig
}

/** A training of one epoch on random data. */
export function randomProblem({
  users,
  items,
  interactions,
  pairs: numPairs,
  dim,
  batchSize,
}: Size): Problem {
  const config = twoTowerConfig.parse({ batchSize, dim, epochs: 1 })
  const rng = stream(0, 'bench', 'interactions')
  const draw = (n: number, below: number) => Int32Array.from({ length: n }, () => rng.below(below))
  // Squared: some items are far more popular than others, so that batches hold duplicates.
  const item = Int32Array.from({ length: interactions }, () =>
    Math.floor(items * rng.uniform() ** 2),
  )
  const data: TrainingData = { user: draw(interactions, users), item, logQ: logQ(item, items) }
  const pairs: Pairs = {
    user: draw(numPairs, users),
    chosen: draw(numPairs, items),
    rejected: draw(numPairs, items),
  }
  const plan = planTraining(data, pairs, { numUsers: users, numItems: items }, config, 0)
  const [order, pairOrder] = [plan.order(0), plan.pairOrder(0)]
  return { data, pairs, plan: { ...plan, order: () => order, pairOrder: () => pairOrder }, config }
}

/** A function that trains the engine for an epoch on random data. */
export function randomTraining(engine: Engine, size: Size): () => unknown {
  const { data, pairs, plan, config } = randomProblem(size)
  return () => engine.train(data, pairs, plan, config)
}
