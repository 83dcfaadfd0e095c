import { type Recommender, modelRecommender } from '../two-tower/recommender.js'
import { rankingTasks } from '../evaluation/ranking-tasks.js'
import { Command } from 'commander'
import type { Dataset } from '../dataset/dataset.js'
import { type Split, splitDataset } from '../dataset/split.js'
import { itemKnnRecommender, popularityRecommender } from '../evaluation/baselines.js'
import { chanceRecall, evaluate, type RankingReport } from '../evaluation/evaluate.js'
import { grid } from '../util/grid.js'
import type { Engine } from '../two-tower/engine.js'
import { readModel } from '../two-tower/model-files.js'
import { DataError } from '../util/errors.js'
import {
  type CommonOptions,
  configOf,
  engineOf,
  loadConfigured,
  printJson,
  withDataOptions,
  withEngineOption,
} from './options.js'

interface EvaluateOptions extends CommonOptions {
  model: string
}

export function evaluateCommand(): Command {
  return withEngineOption(withDataOptions(new Command('evaluate')))
    .option(
      '--model <model>',
      'popularity, itemknn, or a folder that `understudy train` wrote',
      'popularity',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  understudy evaluate --model itemknn --split leave-one-out --dataset amazon-2014/Beauty --data path/to/data\n  understudy evaluate --model my-model --json',
    )
    .action(async (options: EvaluateOptions) => {
      const config = configOf(options)
      const dataset = await loadConfigured(config, options)
      const split = splitDataset(dataset, config.split)
      const recommender = recommenderOf(options.model, dataset, split, () =>
        engineOf(options, config),
      )
      const reports = Object.entries(rankingTasks(split, 'test'))
        .filter(([, { relevant }]) => relevant.users.length > 0)
        .map(([ranking, task]) =>
          rankingRow(ranking, evaluate(recommender, task, config.evaluation.ks)),
        )
      if (options.json)
        printJson({
          dataset: dataset.name,
          fingerprint: dataset.fingerprint,
          split: config.split,
          model: options.model,
          rankings: reports,
        })
      else print(options.model, dataset.name, reports, config.evaluation.ks)
    })
}

function recommenderOf(
  name: string,
  dataset: Dataset,
  split: Split,
  engine: () => Engine,
): Recommender {
  const numItems = dataset.itemIds.length
  if (name === 'popularity') return popularityRecommender(split.train, numItems)
  if (name === 'itemknn') return itemKnnRecommender(split.train, numItems)
  const { model, userIds, itemIds } = readModel(name)
  if (!same(userIds, dataset.userIds) || !same(itemIds, dataset.itemIds))
    throw new DataError(
      `the model is of other users or items than ${dataset.name}; evaluate it on the data it was trained on`,
      { file: name },
    )
  return modelRecommender(engine(), model)
}

const same = (a: string[], b: string[]) => a.length === b.length && a.every((id, k) => id === b[k])

type Ranking = {
  ranking: string
  users: number
  candidates: number
  metrics: Record<string, number>
}

function rankingRow(ranking: string, { mean, users, numCandidates }: RankingReport): Ranking {
  return { ranking, users: users.length, candidates: numCandidates, metrics: mean }
}

function print(model: string, dataset: string, reports: Ranking[], ks: number[]): void {
  const metrics = ks.flatMap((k) => [`recall@${k}`, `ndcg@${k}`])
  const rows = reports.map(({ ranking, users, candidates, metrics: values }) => [
    ranking,
    String(users),
    String(candidates),
    ...metrics.map((metric) => values[metric].toFixed(4)),
  ])
  const chance = reports.map(
    ({ ranking, candidates }) => `${ranking} ${chanceRecall(ks.at(-1)!, candidates).toFixed(4)}`,
  )
  process.stdout.write(
    `${model} on ${dataset}, every candidate ranked\n\n${grid(['ranking', 'users', 'candidates', ...metrics], rows)}\n\nchance of recall@${ks.at(-1)}: ${chance.join(', ')}\n`,
  )
}
