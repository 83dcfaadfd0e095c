import { fixedPolicy } from '../policy/policy.js'
import { evaluate } from '../evaluation/evaluate.js'
import { validationRecall } from '../experiment/episode.js'
import { Lab, type Materials, rankingTasks } from '../experiment/lab.js'
import { trainPolicy, trainingsToLearn } from '../experiment/policy-training.js'
import { historyOf } from '../dataset/histories.js'
import type { Engine, Pairs, TrainingData } from '../two-tower/engine.js'
import { twoTowerConfig } from '../two-tower/config.js'
import { logQ, planTraining } from '../two-tower/plan.js'
import { stream } from '../util/random.js'
import { noMemo } from '../experiment/memo.js'

/** One timing: the least of its repetitions. */
export interface Timing {
  engine: string
  task: string
  /** Least and median of the repetitions, seconds. */
  seconds: number
  median: number
  repetitions: number
  /** What the task does in that time, e.g. `steps/s`, `GF/s`. */
  rates: Record<string, number>
}

/** Batch size and dimension of the steps that are timed. */
export const stepShapes = [
  [128, 32],
  [256, 32],
  [512, 64],
  [1024, 64],
] as const

/** Rows of the tables whose steps are timed, about Amazon Beauty's. */
const [tableUsers, tableItems] = [22_000, 12_000]

/** Milliseconds of one training step at each shape, GF/s counted as 6 B^2 D: a short training taken from a long one, so that setting up is not in it. */
export function benchSteps(engine: Engine, repetitions: number): Timing[] {
  return stepShapes.map(([batchSize, dim]) => {
    const config = twoTowerConfig.parse({ batchSize, dim, epochs: 1 })
    const [few, many] = [4, 4 + Math.ceil(4e9 / (6 * batchSize * batchSize * dim))]
    const train = [few, many].map((steps) => {
      const data = randomInteractions(steps * batchSize)
      const pairs = randomPairs((steps * batchSize) / 4)
      const plan = planTraining(data, pairs, { numUsers: tableUsers, numItems: tableItems }, config, 0)
      return () => engine.train(data, pairs, plan, config)
    })
    const [short, long] = train.map((run) => times(run, repetitions))
    const [seconds, median] = [long.seconds - short.seconds, long.median - short.median].map((difference) => difference / (many - few))
    return { engine: engine.name, task: `step, B ${batchSize}, D ${dim}`, seconds, median, repetitions, rates: { 'GF/s': (6 * batchSize * batchSize * dim) / seconds / 1e9 } }
  })
}

/** A whole training, proxies with their recall, a policy, and full rankings, on a data set. */
export async function benchDataset(engine: Engine, materials: Materials, repetitions: number): Promise<Timing[]> {
  const { split, features, config, dataset } = materials
  const lab = new Lab(materials, engine, 0, { memo: noMemo })
  const users = fixedPolicy('random').select(features, config.policy.budget, stream(0, 'bench'))
  const { pairs } = await lab.augmenter.augment(users)
  const model = lab.warmModel()
  const timing = (task: string, { seconds, median }: Times, rates: (seconds: number) => Record<string, number> = () => ({})): Timing => ({ engine: engine.name, task, seconds, median, repetitions, rates: rates(seconds) })
  const steps = Math.ceil(split.train.item.length / config.model.batchSize) * config.model.epochs
  const training = times(() => lab.train(pairs), repetitions)
  const proxy = times(() => lab.fitColdItems(pairs), 3 * repetitions)
  const reward = await asyncTimes(() => validationRecall(lab, users, 0), 3 * repetitions)
  const one = lab.with({ policy: { runs: 1 } })
  const policy = await asyncTimes(() => trainPolicy(one), 1)
  const { warm } = rankingTasks(split, 'test')
  const warmEvaluation = times(() => evaluate(lab.recommender(model), warm, config.evaluation.ks), repetitions)
  const everybody = Int32Array.from(dataset.userIds, (_, u) => u)
  const everything = Int32Array.from(dataset.itemIds, (_, i) => i)
  const topK = times(() => engine.topK(model, everybody, everything, 50, (user) => historyOf(split.train, user)), 1)
  return [
    timing(`whole training, ${pairs.length} pairs`, training, (s) => ({ 'steps/s': steps / s })),
    timing(`proxy training, ${pairs.length} pairs`, proxy, (s) => ({ 'proxies/s': 1 / s })),
    timing('reward by proxy: training and validation recall', reward, (s) => ({ 'rewards/s': 1 / s })),
    timing(`learning a policy, ${trainingsToLearn(one.materials)} proxies`, policy),
    timing(`evaluation of warm items, ${warm.relevant.users.length} users x ${warm.candidates.length} items`, warmEvaluation),
    timing(`ranking, top 50, ${everybody.length} users x ${everything.length} items, D ${model.dim}`, topK),
  ]
}

function randomInteractions(n: number): TrainingData {
  const rng = stream(0, 'bench', 'interactions')
  const user = Int32Array.from({ length: n }, () => rng.below(tableUsers))
  // Squared: some items are far more popular than others, so that batches hold duplicates.
  const item = Int32Array.from({ length: n }, () => Math.floor(tableItems * rng.uniform() ** 2))
  return { user, item, logQ: logQ(item, tableItems) }
}

function randomPairs(n: number): Pairs {
  const rng = stream(0, 'bench', 'pairs')
  const draw = (below: number) => Int32Array.from({ length: n }, () => rng.below(below))
  return { user: draw(tableUsers), chosen: draw(tableItems), rejected: draw(tableItems) }
}

interface Times {
  seconds: number
  median: number
}

/** Once unmeasured, then `repetitions` times. */
function times(work: () => unknown, repetitions: number): Times {
  work()
  return summary(Array.from({ length: repetitions }, () => {
    const before = performance.now()
    work()
    return (performance.now() - before) / 1000
  }))
}

async function asyncTimes(work: () => Promise<unknown>, repetitions: number): Promise<Times> {
  await work()
  const all: number[] = []
  for (let k = 0; k < repetitions; k++) {
    const before = performance.now()
    await work()
    all.push((performance.now() - before) / 1000)
  }
  return summary(all)
}

function summary(all: number[]): Times {
  const sorted = all.sort((a, b) => a - b)
  return { seconds: sorted[0], median: sorted[Math.floor(sorted.length / 2)] }
}
