// A training as files that every peer reads: problem.json and one file of raw numbers an array.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** @param {import('understudy').TrainingPlan} plan */
export function writeProblem(folder, { data, pairs, plan, config }) {
  const { dim, users, items } = plan.init
  const epochs = Array.from({ length: config.epochs }, (_, epoch) => epoch)
  const steps = Math.ceil(data.item.length / config.batchSize)
  const all = (orders) => Int32Array.from(orders.flatMap((order) => [...order]))
  const arrays = {
    users: [users, [-1, dim]],
    items: [items, [-1, dim]],
    user: [data.user, [-1]],
    item: [data.item, [-1]],
    logQ: [data.logQ, [-1]],
    pairUser: [pairs.user, [-1]],
    chosen: [pairs.chosen, [-1]],
    rejected: [pairs.rejected, [-1]],
    weight: [pairs.weight ?? new Float32Array(pairs.user.length).fill(1), [-1]],
    order: [all(epochs.map(plan.order)), [config.epochs, data.item.length]],
    pairOrder: [all(epochs.map(plan.pairOrder)), [config.epochs, steps * plan.pairsPerStep]],
  }
  mkdirSync(folder, { recursive: true })
  const about = Object.entries(arrays).map(([name, [values, shape]]) => {
    writeFileSync(
      join(folder, name),
      new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    )
    return [name, [values instanceof Float32Array ? '<f4' : '<i4', shape]]
  })
  writeFileSync(
    join(folder, 'problem.json'),
    JSON.stringify({ config, steps: steps * config.epochs, arrays: Object.fromEntries(about) }),
  )
}

export function readProblem(folder) {
  const { config, arrays } = JSON.parse(readFileSync(join(folder, 'problem.json'), 'utf8'))
  const read = ([name, [dtype]]) => {
    const { buffer, byteOffset, byteLength } = readFileSync(join(folder, name))
    const bytes = buffer.slice(byteOffset, byteOffset + byteLength)
    return [name, dtype === '<f4' ? new Float32Array(bytes) : new Int32Array(bytes)]
  }
  const { users, items, user, item, logQ, pairUser, chosen, rejected, weight, order, pairOrder } =
    Object.fromEntries(Object.entries(arrays).map(read))
  const steps = Math.ceil(item.length / config.batchSize)
  const part = (all) => (epoch) =>
    all.subarray((epoch * all.length) / config.epochs, ((epoch + 1) * all.length) / config.epochs)
  return {
    data: { user, item, logQ },
    pairs: { user: pairUser, chosen, rejected, weight },
    plan: {
      init: { dim: config.dim, users, items },
      order: part(order),
      pairOrder: part(pairOrder),
      pairsPerStep: pairOrder.length / config.epochs / steps,
    },
    config,
  }
}
