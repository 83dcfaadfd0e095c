import { Worker } from 'node:worker_threads'
import type { PreferencePair } from '../augmentation/augmenter.js'
import { historyOf } from '../dataset/histories.js'
import { evaluate } from '../evaluation/evaluate.js'
import { validationRecall } from '../experiment/episode.js'
import { Lab, type Materials, rankingTasks } from '../experiment/lab.js'
import { noMemo } from '../experiment/memo.js'
import { trainPolicy, trainingsToLearn } from '../experiment/policy-training.js'
import { fixedPolicy } from '../policy/policy.js'
import type { Engine, TwoTowerModel } from '../two-tower/engine.js'
import { type EngineName, largestProduct, makeEngine } from '../two-tower/engines/index.js'
import { ExecutionError } from '../util/errors.js'
import { stream } from '../util/random.js'
import { share } from '../util/shared.js'
import { randomProblem, type Size } from './random-problem.js'

/** One timing: the least of its repetitions. */
export interface Timing {
  engine: string
  task: string
  /** Least and median of the repetitions, seconds. */
  seconds: number
  median: number
  repetitions: number
  /** What the task does in that time, e.g. `steps/s`, `GF/s`; `of sgemm` is the share of the machine's own matrix product. */
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

/** Rows and columns of the product that measures the machine. */
const productSize = 1024

/**
 * Milliseconds of one training step at each shape, GF/s counted as 6 B^2 D: a short training taken from a long one, so that
 * setting up is not in it. Engines take turns, and with them the machine's own sgemm, of which the steps are a share.
 */
export async function benchSteps(engines: Engine[], repetitions: number): Promise<Timing[]> {
  const product = largestProduct(productSize)
  const rows: Timing[] = []
  let peak = 0
  for (const [batchSize, dim] of stepShapes) {
    const lengths = engines.map(({ name }) => [4, 4 + Math.ceil((name.startsWith('tfjs-autodiff') ? 4e7 : 4e9) / (6 * batchSize * batchSize * dim))])
    const works = engines.flatMap((engine, e) =>
      lengths[e].map((steps) => randomTraining(engine, { users: tableUsers, items: tableItems, interactions: steps * batchSize, pairs: (steps * batchSize) / 4, dim, batchSize })),
    )
    const times = await inTurn(product ? [...works, product.multiply] : works, repetitions)
    if (product) peak = Math.max(peak, (2 * productSize ** 3) / times.at(-1)!.seconds / 1e9)
    for (const [e, { name }] of engines.entries()) {
      const [short, long] = times.slice(2 * e, 2 * e + 2)
      const [seconds, median] = [long.seconds - short.seconds, long.median - short.median].map((difference) => difference / (lengths[e][1] - lengths[e][0]))
      rows.push({ engine: name, task: `step, B ${batchSize}, D ${dim}`, seconds, median, repetitions, rates: { 'GF/s': (6 * batchSize * batchSize * dim) / seconds / 1e9 } })
    }
  }
  if (!product) return rows
  for (const row of rows) row.rates['of sgemm'] = row.rates['GF/s'] / peak
  const seconds = (2 * productSize ** 3) / peak / 1e9
  return [{ engine: product.name, task: `sgemm, ${productSize} x ${productSize} x ${productSize}`, seconds, median: seconds, repetitions: repetitions * stepShapes.length, rates: { 'GF/s': peak } }, ...rows]
}

/** A whole training, proxies with their recall, a policy, and full rankings, on a data set. */
export async function benchDataset(engines: Engine[], materials: Materials, repetitions: number): Promise<Timing[]> {
  const { split, features, config, dataset } = materials
  const labs = engines.map((engine) => new Lab(materials, engine, 0, { memo: noMemo }))
  const users = fixedPolicy('random').select(features, config.policy.budget, stream(0, 'bench'))
  const { pairs } = await labs[0].augmenter.augment(users)
  const models = labs.map((lab) => lab.warmModel())
  const one = labs.map((lab) => lab.with({ policy: { runs: 2 } }))
  const { warm } = rankingTasks(split, 'test')
  const everybody = Int32Array.from(dataset.userIds, (_, u) => u)
  const everything = Int32Array.from(dataset.itemIds, (_, i) => i)
  const wide = randomModel(everybody.length, everything.length, 64)
  const steps = Math.ceil(split.train.item.length / config.model.batchSize) * config.model.epochs
  const rows: Timing[] = []
  const task = async (name: string, repetitions: number, work: (lab: number) => unknown, rates: (seconds: number) => Record<string, number> = () => ({})) => {
    const times = await inTurn(engines.map((_, e) => () => work(e)), repetitions)
    times.forEach((own, e) => rows.push({ engine: engines[e].name, task: name, ...own, repetitions, rates: rates(own.seconds) }))
  }
  await task(`whole training, ${pairs.length} pairs`, repetitions, (e) => labs[e].train(pairs), (s) => ({ 'steps/s': steps / s }))
  await task(`proxy training, ${pairs.length} pairs`, 3 * repetitions, (e) => labs[e].fitColdItems(pairs), (s) => ({ 'proxies/s': 1 / s }))
  await task('reward by proxy: training and validation recall', 3 * repetitions, (e) => validationRecall(labs[e], users, 0), (s) => ({ 'rewards/s': 1 / s }))
  await task(`learning a policy, ${trainingsToLearn(one[0].materials)} proxies`, 1, (e) => trainPolicy(one[e]), (s) => ({ 'proxies/s': trainingsToLearn(one[0].materials) / s }))
  await task(`evaluation of warm items, ${warm.relevant.users.length} users x ${warm.candidates.length} items`, repetitions, (e) => evaluate(labs[e].recommender(models[e]), warm, config.evaluation.ks))
  await task(`ranking, top 50, ${everybody.length} users x ${everything.length} items, D ${wide.dim}`, repetitions, (e) => engines[e].topK(wide, everybody, everything, 50, (user) => historyOf(split.train, user)))
  return rows
}

/** What a worker of `benchWorkers` gets. It trains once a message. */
export interface BenchWork {
  /** Materials, as `share` puts them into shared memory. */
  materials: unknown
  engine: EngineName
  pairs: PreferencePair[]
}

/** Two whole trainings by one worker thread against one training by each of two. */
export async function benchWorkers(names: EngineName[], materials: Materials, repetitions: number): Promise<Timing[]> {
  const rows: Timing[] = []
  for (const name of names) {
    const engine = makeEngine(name)
    const lab = new Lab(materials, engine, 0, { memo: noMemo })
    const { pairs } = await lab.augmenter.augment(fixedPolicy('random').select(materials.features, materials.config.policy.budget, stream(0, 'bench')))
    const work: BenchWork = { materials: share(materials), engine: name, pairs }
    const workers = [0, 1].map(() => new Worker(new URL('./bench-worker.js', import.meta.url), { workerData: work }))
    const train = (worker: Worker) =>
      new Promise<void>((resolve, reject) => {
        worker.removeAllListeners()
        worker.once('message', () => resolve())
        worker.once('error', reject)
        worker.once('exit', (code) => reject(new ExecutionError(`a worker thread ended early with status ${code}`)))
        worker.postMessage('train')
      })
    try {
      const [one, two] = await inTurn([() => train(workers[0]).then(() => train(workers[0])), () => Promise.all(workers.map(train))], repetitions)
      rows.push({ engine: engine.name, task: 'two whole trainings, 1 worker', ...one, repetitions, rates: {} }, { engine: engine.name, task: 'two whole trainings, 2 workers', ...two, repetitions, rates: { 'x 1 worker': one.seconds / two.seconds } })
    } finally {
      await Promise.all(workers.map((worker) => worker.terminate()))
    }
  }
  return rows
}

/** About Amazon Beauty's, and each size in turn multiplied. */
const base: Size = { users: 22_000, items: 12_000, interactions: 100_000, pairs: 3_000, dim: 32, batchSize: 128 }
export const growthSizes = (Object.keys(base) as (keyof Size)[]).flatMap((quantity) => [1, 2, 4, 8].map((factor) => ({ quantity, size: base[quantity] * factor })))

/** How the time of an epoch grows when one size at a time is multiplied, the others as they are. */
export async function benchGrowth(engines: Engine[], repetitions: number, onSize?: () => void): Promise<Timing[]> {
  const rows: Timing[] = []
  for (const { quantity, size } of growthSizes) {
    const times = await inTurn(engines.map((engine) => randomTraining(engine, { ...base, [quantity]: size })), repetitions)
    times.forEach((own, e) => rows.push({ engine: engines[e].name, task: `epoch, ${quantity} ${size}`, ...own, repetitions, rates: { [quantity]: size } }))
    onSize?.()
  }
  return rows
}

/** One epoch on random data. */
function randomTraining(engine: Engine, size: Size): () => unknown {
  const { data, pairs, plan, config } = randomProblem(size)
  return () => engine.train(data, pairs, plan, config)
}

function randomModel(users: number, items: number, dim: number): TwoTowerModel {
  const rng = stream(0, 'bench', 'model')
  const draw = (n: number) => Float32Array.from({ length: n }, () => rng.normal())
  return { dim, users: draw(users * dim), items: draw(items * dim) }
}

/** Each work once unmeasured, then all in turn, `repetitions` times: a machine that slows down slows down all. */
async function inTurn(works: (() => unknown)[], repetitions: number): Promise<{ seconds: number; median: number }[]> {
  const all = works.map((): number[] => [])
  for (let k = -1; k < repetitions; k++)
    for (const [w, work] of works.entries()) {
      const before = performance.now()
      await work()
      if (k >= 0) all[w].push((performance.now() - before) / 1000)
    }
  return all.map((times) => {
    const sorted = times.sort((a, b) => a - b)
    return { seconds: sorted[0], median: sorted[Math.floor(sorted.length / 2)] }
  })
}
