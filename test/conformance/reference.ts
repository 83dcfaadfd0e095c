import type { Pairs, TrainingData, TrainingPlan, TwoTowerModel } from '#src/two-tower/engine.js'
import type { TwoTowerConfig } from '#src/two-tower/config.js'

// The engine contract in float64, loop by loop: slow, and short enough to be checked by reading.

/** Losses and gradient of a step. */
export interface Reference {
  softmaxLoss: number
  pairLoss: number
  /** Gradient of softmaxLoss + w * pairLoss by row, rows touched only. */
  users: Map<number, number[]>
  items: Map<number, number[]>
}

/** A model, row-major. */
export type Doubles = { dim: number; users: Float64Array; items: Float64Array }

/** The rows of the item table that an item's vector is the sum of. */
export function tokens(data: Pick<TrainingData, 'bags'>, item: number): number[] {
  return data.bags
    ? [...data.bags.token.subarray(data.bags.start[item], data.bags.start[item + 1])]
    : [item]
}

function itemVector(model: Doubles, data: TrainingData, item: number): number[] {
  const sum = new Array<number>(model.dim).fill(0)
  for (const token of tokens(data, item))
    row(model.items, model.dim, token).forEach((x, d) => (sum[d] += x))
  return sum
}

/** A copy in float64. */
export const doubles = ({ dim, users, items }: TwoTowerModel): Doubles => ({
  dim,
  users: Float64Array.from(users),
  items: Float64Array.from(items),
})

/** Loss and gradient of one step: the formula of `Engine`. */
export function gradients(
  model: Doubles,
  data: TrainingData,
  batch: Int32Array,
  pairs: Pairs,
  pairBatch: Int32Array,
  config: TwoTowerConfig,
): Reference {
  const users = new Map<number, number[]>()
  const items = new Map<number, number[]>()
  const { temperature: T } = config
  const n = batch.length
  let softmaxLoss = 0
  for (const i of batch) {
    const u = data.user[i]
    const logits = Array.from(batch, (j) => {
      const masked = j !== i && data.item[j] === data.item[i]
      return masked
        ? -Infinity
        : product(row(model.users, model.dim, u), itemVector(model, data, data.item[j])) / T -
            data.logQ[data.item[j]]
    })
    const own = batch.indexOf(i)
    const top = Math.max(...logits)
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit - top), 0)
    softmaxLoss += (Math.log(total) + top - logits[own]) / n
    logits.forEach((logit, at) => {
      const g = (Math.exp(logit - top) / total - Number(at === own)) / (n * T)
      const v = data.item[batch[at]]
      add(users, u, itemVector(model, data, v), g)
      for (const token of tokens(data, v)) add(items, token, row(model.users, model.dim, u), g)
    })
  }
  let pairLoss = 0
  for (const k of pairBatch) {
    const [u, c, r] = [pairs.user[k], pairs.chosen[k], pairs.rejected[k]]
    const weight = pairs.weight?.[k] ?? 1
    const [own, vc, vr] = [
      row(model.users, model.dim, u),
      itemVector(model, data, c),
      itemVector(model, data, r),
    ]
    const x = product(own, vc) - product(own, vr)
    pairLoss +=
      (weight * Math.log1p(Math.exp(-Math.abs(x))) + weight * Math.max(-x, 0)) / pairBatch.length
    const g = (-config.pairWeight * weight) / (1 + Math.exp(x)) / pairBatch.length
    if (config.pairGradient === 'joint') {
      add(users, u, vc, g)
      add(users, u, vr, -g)
    }
    for (const token of tokens(data, c)) add(items, token, own, g)
    for (const token of tokens(data, r)) add(items, token, own, -g)
  }
  return { softmaxLoss, pairLoss, users, items }
}

/** One Adagrad update, in place. */
export function update(
  model: Doubles,
  squares: Doubles,
  { users, items }: Pick<Reference, 'users' | 'items'>,
  rate: number,
): void {
  for (const [table, rows] of [
    ['users', users],
    ['items', items],
  ] as const)
    for (const [index, gradient] of rows)
      gradient.forEach((g, d) => {
        const at = index * model.dim + d
        squares[table][at] += g * g
        model[table][at] -= (rate * g) / (Math.sqrt(squares[table][at]) + 1e-10)
      })
}

/** The score of a user for an item. */
export function dot({ dim, users, items }: Doubles, user: number, item: number): number {
  let sum = 0
  for (let d = 0; d < dim; d++) sum += users[user * dim + d] * items[item * dim + d]
  return sum
}

const product = (a: number[], b: number[]) => a.reduce((sum, x, d) => sum + x * b[d], 0)

const row = (values: Float64Array, dim: number, index: number) =>
  Array.from(values.subarray(index * dim, (index + 1) * dim))

function add(to: Map<number, number[]>, index: number, values: number[], scale: number): void {
  const sum = to.get(index) ?? values.map(() => 0)
  to.set(
    index,
    sum.map((value, d) => value + scale * values[d]),
  )
}

/** A whole training from the plan's start; with bags, the items are those of the tokens. */
export function train(
  data: TrainingData,
  pairs: Pairs,
  { init, order, pairOrder, pairsPerStep }: TrainingPlan,
  config: TwoTowerConfig,
): { model: Doubles; softmaxLoss: number[] } {
  const model = doubles(init)
  const squares = doubles(init)
  squares.users.fill(config.accumulatorInit)
  squares.items.fill(config.accumulatorInit)
  const steps = Math.ceil(data.item.length / config.batchSize)
  const softmaxLoss: number[] = []
  for (let epoch = 0; epoch < config.epochs; epoch++) {
    let sum = 0
    for (let step = 0; step < steps; step++) {
      const batch = order(epoch).subarray(step * config.batchSize, (step + 1) * config.batchSize)
      const pairBatch = pairOrder(epoch).subarray(step * pairsPerStep, (step + 1) * pairsPerStep)
      const gradient = gradients(model, data, batch, pairs, pairBatch, config)
      update(model, squares, gradient, config.learningRate)
      sum += gradient.softmaxLoss / steps
    }
    softmaxLoss.push(sum)
  }
  return { model, softmaxLoss }
}
