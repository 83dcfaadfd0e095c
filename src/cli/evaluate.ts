import { type Recommender, modelRecommender } from '../two-tower/recommender.js'
import { rankingTasks } from '../evaluation/ranking-tasks.js'
import { Command } from 'commander'
import type { Histories } from '../dataset/histories.js'
import { inIdOrder } from '../dataset/id-order.js'
import { splitDataset } from '../dataset/split.js'
import { itemKnnRecommender, popularityRecommender } from '../evaluation/baselines.js'
import { chanceRecall, evaluate, type RankingReport } from '../evaluation/evaluate.js'
import {
  type Diagnosis,
  diagnosisText,
  popularityWarmRecall,
  topAtChance,
  weakModelRemedy,
  weakWarmModel,
} from '../experiment/diagnosis.js'
import { fitToData } from '../experiment/fitted.js'
import { coldStartReport, noRankings } from '../experiment/cold-start-report.js'
import type { Setup } from '../experiment/setup.js'
import type { Engine, TwoTowerModel } from '../two-tower/engine.js'
import { grid } from '../util/grid.js'
import {
  type CommonOptions,
  engineOf,
  loadConfigured,
  onNotice,
  printJson,
  settingsOf,
  withDataOptions,
  withEngineOption,
} from './options.js'
import { asTrained, checkSameData, readTrained } from './trained-model.js'

interface EvaluateOptions extends CommonOptions {
  model?: string
  launch?: string
  truth?: string
}

const examples = `
Examples:
  understudy evaluate --model itemknn --split leave-one-out \\
    --dataset amazon-2014/Beauty --data path/to/data
  understudy evaluate --model my-model --json
  understudy evaluate --truth later.csv
  understudy evaluate --launch spring --truth later.csv --column user=customer`

export function evaluateCommand(): Command {
  return withEngineOption(withDataOptions(new Command('evaluate')))
    .description(
      'Measures recall, ndcg and hit rate of a model on interactions that it was not trained on; ' +
        'it ranks all items. With --truth: measures the result of a launch.',
    )
    .option(
      '--model <model>',
      'popularity, itemknn, or a folder that `understudy train` wrote; its split is used (default: popularity)',
    )
    .option(
      '--launch <folder>',
      'with --truth: folder that `understudy launch` wrote (default: launch)',
    )
    .option('--truth <file>', 'interactions after the launch: a table with user_id and item_id')
    .addHelpText('after', examples)
    .action(run)
}

async function run(options: EvaluateOptions): Promise<void> {
  const { launch, truth } = options
  if (launch !== undefined || truth !== undefined)
    return (await import('./evaluate-launch.js')).evaluateLaunch({ ...options, launch, truth })
  const name = options.model ?? 'popularity'
  const trained = Object.hasOwn(baselines, name) ? undefined : readTrained(name)
  const settings = settingsOf(options)
  const base = trained ? asTrained(settings.config, options, trained) : settings.config
  const loaded = await loadConfigured(base, options)
  if (trained) checkSameData(trained, loaded)
  // A model, and recorded results on other splits, number users and items as the files do.
  const reorders = base.split.kind === 'leave-one-out' && !trained
  const dataset = reorders ? inIdOrder(loaded) : loaded
  const split = splitDataset(dataset, base.split)
  const { config } = fitToData(base, settings.given, split, dataset.userIds.length)
  const { ks } = config.evaluation
  if (ks.join() !== base.evaluation.ks.join())
    onNotice(`${dataset.name}: small data: evaluation.ks = [${ks.join(', ')}]`)
  const engine = engineOf(options, config)
  const recommender = trained
    ? modelRecommender(engine, trained.model)
    : baselines[name](split.train, dataset.itemIds.length)
  const reports = Object.entries(rankingTasks(split, 'test'))
    .filter(([, { relevant }]) => relevant.users.length > 0)
    .map(([ranking, task]) =>
      rankingRow(ranking, evaluate(recommender, task, config.evaluation.ks)),
    )
  if (trained && reports.some(({ ranking }) => ranking === 'cold'))
    reports.push(shelfRow({ split, config }, engine, trained.model))
  const found = diagnose(name, reports, { dataset, split, config })
  if (options.json)
    printJson({
      dataset: dataset.name,
      fingerprint: loaded.fingerprint,
      split: config.split,
      model: name,
      rankings: reports,
      diagnostics: found,
    })
  else print(name, dataset.name, reports, config.evaluation.ks, found)
}

/** Warm recall below that of popularity, and a top of the cold ranking at chance. */
function diagnose(
  model: string,
  reports: Ranking[],
  setup: Pick<Setup, 'dataset' | 'split' | 'config'>,
): Diagnosis[] {
  const { ks } = setup.config.evaluation
  const metric = `recall@${Math.max(...ks)}`
  const of = (name: string) => reports.find(({ ranking }) => ranking === name)
  const [warm, cold] = [of('warm'), of('cold')]
  const weak =
    warm && model !== 'popularity'
      ? weakWarmModel(
          `warm:${metric}`,
          warm.metrics[metric],
          popularityWarmRecall(setup),
          Object.hasOwn(baselines, model)
            ? 'popularity recommends the known items of this data better'
            : weakModelRemedy,
        )
      : undefined
  const top = cold
    ? topAtChance(
        model,
        ks.map((k) => ({
          k,
          recall: cold.metrics[`recall@${k}`],
          chance: chanceRecall(k, cold.candidates),
        })),
        cold.users,
        setup,
      )
    : undefined
  return [weak, top].flatMap((found) => found ?? [])
}

const baselines: Record<string, (train: Histories, numItems: number) => Recommender> = {
  popularity: popularityRecommender,
  itemknn: itemKnnRecommender,
}

type Ranking = {
  ranking: string
  users: number
  candidates: number
  metrics: Record<string, number>
}

function rankingRow(ranking: string, { mean, users, numCandidates }: RankingReport): Ranking {
  return { ranking, users: users.length, candidates: numCandidates, metrics: mean }
}

/** Later choices among known and cold items together, at the share of new ones that is set. */
function shelfRow(
  setup: Pick<Setup, 'split' | 'config'>,
  engine: Engine,
  model: TwoTowerModel,
): Ranking {
  const { shelf } = coldStartReport(setup, engine, model, 'test', noRankings())
  const { warmItems, coldItems } = setup.split
  const candidates = warmItems.length + coldItems.test.length
  return { ranking: 'shelf', users: shelf.users.length, candidates, metrics: shelf.mean }
}

function print(
  model: string,
  dataset: string,
  reports: Ranking[],
  ks: number[],
  found: Diagnosis[],
): void {
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
  process.stdout.write(found.map((one) => `\n${diagnosisText(one)}`).join(''))
}
