import { historyOf } from '../dataset/histories.js'
import { evaluate } from '../evaluation/evaluate.js'
import { validationRecall } from '../experiment/episode.js'
import { rankingTasks } from '../evaluation/ranking-tasks.js'
import type { Setup } from '../experiment/setup.js'
import { Trial } from '../experiment/trial.js'
import { noMemo } from '../experiment/memo.js'
import { trainPolicy, trainingsToLearn } from '../experiment/policy-training.js'
import { fixedPolicy } from '../policy/policy.js'
import type { Engine, TwoTowerModel } from '../two-tower/engine.js'
import { stream } from '../util/random.js'
import { inTurn, type Timing } from './bench-timing.js'

/** A task that every engine does. */
interface Task {
  name: string
  repetitions: number
  /** Does it on an engine, by its place in the list. */
  work(engine: number): unknown
  /** Speeds, from the time that it takes. */
  rates?(seconds: number): Record<string, number>
}

/** Times a whole training, proxies with their recall, a policy, and full rankings on a data set. */
export async function benchDataset(
  engines: Engine[],
  setup: Setup,
  repetitions: number,
): Promise<Timing[]> {
  const trials = engines.map((engine) => new Trial(setup, { engine, memo: noMemo }))
  const tasks = [
    ...(await trainingTasks(trials, setup, repetitions)),
    ...rankingTasksOf(trials, engines, setup, repetitions),
  ]
  const rows: Timing[] = []
  for (const { name: task, repetitions, work, rates } of tasks) {
    const times = await inTurn(
      engines.map((_, e) => () => work(e)),
      repetitions,
    )
    for (const [e, { name: engine }] of engines.entries())
      rows.push({
        engine,
        task,
        ...times[e],
        repetitions,
        rates: rates?.(times[e].seconds) ?? {},
      })
  }
  return rows
}

async function trainingTasks(
  trials: Trial[],
  { split, features, config }: Setup,
  repetitions: number,
): Promise<Task[]> {
  const users = fixedPolicy('random').select(features, config.policy.budget, stream(0, 'bench'))
  const { pairs } = await trials[0].augmenter.augment(users)
  const twoRuns = trials.map((trial) => trial.with({ policy: { runs: 2 } }))
  const proxies = trainingsToLearn(twoRuns[0].setup)
  const steps = Math.ceil(split.train.item.length / config.model.batchSize) * config.model.epochs
  return [
    {
      name: `whole training, ${pairs.length} pairs`,
      repetitions,
      work: (e) => trials[e].train(pairs),
      rates: (s) => ({ 'steps/s': steps / s }),
    },
    {
      name: `proxy training, ${pairs.length} pairs`,
      repetitions: 3 * repetitions,
      work: (e) => trials[e].fitColdItems(pairs),
      rates: (s) => ({ 'proxies/s': 1 / s }),
    },
    {
      name: 'reward by proxy: training and validation recall',
      repetitions: 3 * repetitions,
      work: (e) => validationRecall(trials[e], users, 0),
      rates: (s) => ({ 'rewards/s': 1 / s }),
    },
    {
      name: `learning a policy, ${proxies} proxies`,
      repetitions: 1,
      work: (e) => trainPolicy(twoRuns[e]),
      rates: (s) => ({ 'proxies/s': proxies / s }),
    },
  ]
}

function rankingTasksOf(
  trials: Trial[],
  engines: Engine[],
  { split, config, dataset }: Setup,
  repetitions: number,
): Task[] {
  const models = trials.map((trial) => trial.warmModel())
  const { warm } = rankingTasks(split, 'test')
  const users = Int32Array.from(dataset.userIds, (_, u) => u)
  const items = Int32Array.from(dataset.itemIds, (_, i) => i)
  const wide = randomModel(users.length, items.length, 64)
  const [numUsers, numItems] = [warm.relevant.users.length, warm.candidates.length]
  return [
    {
      name: `evaluation of warm items, ${numUsers} users x ${numItems} items`,
      repetitions,
      work: (e) => evaluate(trials[e].recommender(models[e]), warm, config.evaluation.ks),
    },
    {
      name: `ranking, top 50, ${users.length} users x ${items.length} items, D ${wide.dim}`,
      repetitions,
      work: (e) => engines[e].topK(wide, users, items, 50, (user) => historyOf(split.train, user)),
    },
  ]
}

function randomModel(users: number, items: number, dim: number): TwoTowerModel {
  const rng = stream(0, 'bench', 'model')
  const draw = (n: number) => Float32Array.from({ length: n }, () => rng.normal())
  return { dim, users: draw(users * dim), items: draw(items * dim) }
}
