/**
 * Tests of the public types: `tsc -p test`, which lint runs, compiles this file. It stops compiling
 * when the API changes in a way that breaks what users have written. Nothing in it is run.
 */
import { expectTypeOf } from 'vitest'
import {
  type Arm,
  type ChatModel,
  chatModel,
  type ColdStartReport,
  type Compared,
  type Dataset,
  type DatasetConfig,
  deploy,
  type Engine,
  evaluate,
  type ExperimentConfig,
  type FinishedRun,
  type LearnedPolicy,
  loadDataset,
  type PreferencePair,
  type Preset,
  type RankingReport,
  readConfig,
  type Recommender,
  type ReportedRow,
  runArm,
  runExperiment,
  setUp,
  type Setup,
  splitDataset,
  trainPolicy,
  Trial,
  type TrialRow,
  type TwoTowerModel,
} from '#src/index.js'

declare const counting: Engine
declare const arm: Arm
declare const preset: Preset
declare const judge: ChatModel
declare const anyString: string
declare const dataset: Dataset
declare const setup: Setup
declare const trial: Trial
declare const model: TwoTowerModel
declare const recommender: Recommender
declare const pairs: PreferencePair[]

// ----- Settings: all may be left out, unknown ones are refused. -----

expectTypeOf(loadDataset()).toEqualTypeOf<Promise<Dataset>>()
void loadDataset('movielens-100k', { dataRoot: 'data/raw' })
void loadDataset({ kCore: { users: 5 }, synthetic: { users: 100 } })
void loadDataset({ name: 'files', files: { interactions: 'x.csv', columns: { user: 'who' } } })
// @ts-expect-error: there are four ways to treat duplicates
void loadDataset({ duplicates: 'middle' })
// @ts-expect-error: sizes are numbers
void loadDataset({ synthetic: { users: 'many' } })

expectTypeOf(setUp(dataset)).toEqualTypeOf<Setup>()
setUp(dataset, readConfig({}), [dataset])
setUp(dataset, {
  dataset: { name: 'synthetic' },
  others: [{ name: 'movielens-100k' }],
  split: { quantile: 0.8 },
  features: { names: ['V'] },
  llm: { url: 'http://localhost:8080/v1', model: 'x', offline: { noise: 1 } },
  augmentation: { pairsPerUser: 5 },
  model: { proxy: { epochs: 3 } },
  contentMap: { rank: 16 },
  bag: { epochs: 1 },
  policy: { budget: 100, learner: 'cem' },
  evaluation: { ks: [10] },
})
// @ts-expect-error: no section has this name
setUp(dataset, { selection: { budget: 100 } })
// @ts-expect-error: no setting of the section has this name
setUp(dataset, { policy: { bugdet: 100 } })
// @ts-expect-error: run-time settings are not part of a setup
setUp(dataset, { llm: { concurrency: 2 } })

expectTypeOf(readConfig({})).toEqualTypeOf<ExperimentConfig>()
expectTypeOf(readConfig({}).dataset).toEqualTypeOf<DatasetConfig>()
expectTypeOf(readConfig({}).split.kind).toEqualTypeOf<'temporal' | 'random' | 'leave-one-out'>()
expectTypeOf(readConfig({}).policy.clipRatio).toEqualTypeOf<number | null>()
expectTypeOf(readConfig({}).evaluation.ks).toEqualTypeOf<number[]>()
splitDataset(dataset, { ...readConfig({}).split, kind: 'random' })

expectTypeOf(chatModel()).toEqualTypeOf<ChatModel>()
chatModel({ backend: 'offline-reader' }, { answers: 'runs/answers', maxCalls: 10 })
// @ts-expect-error: a limit is a number
chatModel({}, { maxCost: '2 USD' })

// ----- The loop, and what each step gives. -----

new Trial(setup, { judge, engine: counting, seed: 1 })
// @ts-expect-error: what trials of one seed share is not public
new Trial(setup, {}, new Map())
// @ts-expect-error: nor is the counter of steps
void trial.steps

expectTypeOf(trainPolicy(trial)).toEqualTypeOf<Promise<LearnedPolicy>>()
expectTypeOf(deploy).parameters.toEqualTypeOf<[Pick<Trial, 'setup' | 'seed'>, LearnedPolicy]>()
expectTypeOf(deploy).returns.toEqualTypeOf<Int32Array>()
expectTypeOf((await trial.ask(new Int32Array(0))).pairs).toEqualTypeOf<PreferencePair[]>()
expectTypeOf(trial.train(pairs)).toEqualTypeOf<TwoTowerModel>()
expectTypeOf(trial.with({ policy: { budget: 10 } })).toEqualTypeOf<Trial>()

expectTypeOf(trial.fit('id')).toEqualTypeOf<TwoTowerModel>()
expectTypeOf(trial.fit('content-map', pairs, 1)).toEqualTypeOf<TwoTowerModel>()
expectTypeOf(trial.fit(anyString)).toEqualTypeOf<TwoTowerModel | Recommender>()

expectTypeOf(trial.evaluate(model, 'test')).toEqualTypeOf<ColdStartReport>()
const ofAny = trial.evaluate(recommender, 'validation')
expectTypeOf(ofAny.cold).toEqualTypeOf<RankingReport>()
expectTypeOf(ofAny.warm).toEqualTypeOf<RankingReport | undefined>()
// @ts-expect-error: there are two halves
trial.evaluate(model, 'train')
expectTypeOf(trial.coldRecall(recommender, 'test')).toEqualTypeOf<Float64Array>()

const task = { relevant: setup.split.relevant.test, candidates: setup.split.coldItems.test }
expectTypeOf(evaluate(recommender, task, [10, 50])).toEqualTypeOf<RankingReport>()
expectTypeOf<RankingReport['mean']>().toEqualTypeOf<Record<string, number>>()
// @ts-expect-error: embeddings alone do not score; see modelRecommender
evaluate(model, task, [10])

// ----- Results have typed rows. -----

expectTypeOf(runArm(trial, arm)).toEqualTypeOf<Promise<TrialRow>>()
const run = await runExperiment(preset, {
  settings: { policy: { budget: 10 } },
  seeds: [0, 1],
  size: 'smoke',
  judge,
})
expectTypeOf(run).toEqualTypeOf<FinishedRun>()
expectTypeOf(run.result.trials).toEqualTypeOf<ReportedRow[]>()
expectTypeOf(run.result.trials[0].metrics['cold:recall@50']).toBeNumber()
expectTypeOf(run.result.trials[0].learned?.runs[0].weights).toEqualTypeOf<number[] | undefined>()
expectTypeOf(run.result.comparisons).toEqualTypeOf<Compared[]>()
expectTypeOf(run.result.comparisons[0].interval).toEqualTypeOf<[number, number] | undefined>()
expectTypeOf(run.users.get('random')).toEqualTypeOf<number[] | undefined>()
// @ts-expect-error: recalls of single users are in `users`, not in the rows
void run.result.trials[0].userRecall
// @ts-expect-error: there are two sizes
void runExperiment('learners', { size: 'huge' })
