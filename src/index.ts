/** Every public name, room by room, in the order data flows. @module library */

// dataset: what is known of users and items, and what is to be found
export type { Dataset, Interactions, ItemText, NewItems, OwnedItems } from './dataset/dataset.js'
export type { Finding, LeftOut, LeftOutReason } from './dataset/left-out.js'
export type {
  ColumnsConfig,
  DatasetConfig,
  DatasetSettings,
  DialectConfig,
  FilesChanges,
  FilesConfig,
  NewItemsConfig,
  SyntheticConfig,
} from './dataset/config.js'
export { loadDataset, type LoadOptions } from './dataset/load.js'
export { findDatasets, type FindOptions } from './dataset/find.js'
export { sources } from './dataset/sources/index.js'
export type {
  DatasetFiles,
  Folder,
  FoundDataset,
  ReadContext,
  Source,
} from './dataset/sources/source.js'
export type { DatasetBuilder, RawInteraction } from './dataset/builder.js'
export type { IndexedRows } from './dataset/raw-data.js'
export type { RowChoice } from './dataset/row-choice.js'
export type { Cleaning } from './dataset/clean.js'
export type { FileLine } from './dataset/file-line.js'
export { synthesize } from './dataset/synthetic.js'
export { synthesizeLaunch } from './dataset/synthetic-launch.js'
export type { SplitConfig } from './dataset/split-config.js'
export { inIdOrder } from './dataset/id-order.js'
export { type Relevance, type Split, splitDataset } from './dataset/split.js'
export { type Histories, historyOf } from './dataset/histories.js'

// features: numbers that describe a user
export type { FeaturesConfig } from './features/config.js'
export { userFeatures, type UserFeatures } from './features/features.js'
export { featureRegistry } from './features/feature-registry.js'
export type { FeatureNeed, UserFeature } from './features/feature.js'
export type { FeatureContext } from './features/context.js'

// llm: chat models, and the store of their answers
export {
  defaultLlmRuntime,
  type LlmConfig,
  type LlmRuntime,
  type LlmSettings,
  type Price,
} from './llm/config.js'
export { chatModel, type ChatOptions } from './llm/model.js'
export type { Limits } from './llm/limits.js'
export type { AskOptions, ChatModel, Completion, Message, Usage } from './llm/chat-model.js'
export { chatModels } from './llm/backends/index.js'
export type { ChatBackend, ChatHooks } from './llm/backends/backend.js'
export type { ChatRequest, Prompt, RequestSource } from './llm/chat-request.js'
export {
  type AnswerStore,
  openAnswerStore,
  type ServerRecord,
  type StoredAnswer,
} from './llm/answer-store.js'
export { type Estimate, estimateCalls, type EstimateOptions } from './llm/estimate.js'
export { fillByBatch, type FillOptions } from './llm/fill-by-batch.js'
export type { BatchOptions } from './llm/batch.js'

// augmentation: questions to a model that plays users, and the pairs that come of them
export type { AugmentationConfig } from './augmentation/config.js'
export {
  type AskingRun,
  type Augmentation,
  Augmenter,
  type PreferencePair,
} from './augmentation/augmenter.js'
export type { Question } from './augmentation/question.js'
export { type PromptForm, promptForms } from './augmentation/prompt-forms.js'
export { type HistoryItem, itemLine, promptMessages } from './augmentation/prompt.js'
export { placements } from './augmentation/placements/index.js'
export type { Placement, PlacementContext } from './augmentation/placements/placement.js'
export { askings } from './augmentation/askings/index.js'
export type { Asked, Asker, Asking, AskingContext } from './augmentation/askings/asking.js'

// two-tower: the recommender, its engines and its item towers
export type { BagConfig, ContentMapConfig, TwoTowerConfig } from './two-tower/config.js'
export type {
  Bags,
  Engine,
  Pairs,
  Places,
  Positions,
  SparseGradient,
  StepGradients,
  TopK,
  TrainingData,
  TrainingPlan,
  TrainingResult,
  TwoTowerModel,
} from './two-tower/engine.js'
export type { GradedPairs, Preference } from './two-tower/pairs.js'
export { logQ, type ModelShape, planFit, planTraining } from './two-tower/plan.js'
export { chooseEngine, engines, makeEngine } from './two-tower/engines/index.js'
export type {
  EngineRecord,
  EngineTraits,
  NeededPackage,
  PackagedEngineRecord,
  PlainEngineRecord,
} from './two-tower/engines/engine-record.js'
export type { InstalledPackage } from './two-tower/engines/installed-package.js'
export { wasmEngine } from './two-tower/engines/wasm.js'
export { engineWithLosses } from './two-tower/engines/autodiff.js'
export type { Losses } from './two-tower/engines/losses.js'
export type { Tensor, TensorFlow } from './two-tower/engines/tensorflow.js'
export { towers } from './two-tower/towers/index.js'
export type { Tower, TowerConfig, TowerInput } from './two-tower/towers/tower.js'
export { mapColdItems } from './two-tower/towers/content-map.js'
export { fitWithPrior } from './two-tower/towers/prior.js'
export { type ContentVectors, contentVectors } from './two-tower/content-vectors.js'
export { composeItems, itemBags } from './two-tower/bags.js'
export type { TextVectors } from './two-tower/text-vectors.js'
export {
  type SignalInput,
  type SignalName,
  signalNames,
  type SignalWeights,
} from './two-tower/signals.js'
export { modelRecommender, type Recommender } from './two-tower/recommender.js'
export { readModel, type StoredModel, writeModel } from './two-tower/model-files.js'

// evaluation: full rankings and their metrics
export { evaluate, type RankingReport, type RankingTask } from './evaluation/evaluate.js'
export type { ColdStartReport, Half } from './evaluation/ranking-tasks.js'
export { hitRateAtK, mrr, ndcgAtK, type Place, recallAtK } from './evaluation/metrics.js'
export type { ShelfReport } from './evaluation/shelf-metrics.js'
export { itemKnnRecommender, popularityRecommender } from './evaluation/baselines.js'

// policy: which users are asked
export type { PolicyConfig } from './policy/config.js'
export { fixedPolicy, type SelectionPolicy } from './policy/policy.js'
export { fixedPolicies, type FixedPolicyKind } from './policy/fixed-policies.js'
export { learners } from './policy/learners/index.js'
export type { Episode, Learner, LearnerKind, MakeLearner, Proposal } from './policy/learner.js'
export type { Walk } from './policy/selection.js'
export { scorerOf, scorers } from './policy/scorers/index.js'
export type { Scorer, ScorerKind } from './policy/scorer.js'
export type { LearnedPolicy, LearningProgress, LearningRun } from './policy/learned-policy.js'

// experiment: the loop on one configuration and seed, and the arms that it compares
export {
  type EvaluationConfig,
  type ExperimentConfig,
  type ExperimentSettings,
  type Overrides,
  readConfig,
  readSettings,
  type Runtime,
  type Settings,
} from './experiment/config.js'
export { type Given, setUp, type Setup } from './experiment/setup.js'
export { Trial, type TrialOptions } from './experiment/trial.js'
export { fileMemo, type Memo } from './experiment/memo.js'
export { selectUsers } from './experiment/selection.js'
export type { OnTraining } from './experiment/iteration.js'
export { deploy, logitsOf, trainingsToLearn, trainPolicy } from './experiment/policy-training.js'
export type { Arm, Selection, View } from './experiment/arm.js'
export type { SimulatedJudge } from './experiment/simulated-judge.js'
export { runArm } from './experiment/run-arm.js'
export { type PossibleQuestions, questionsTo } from './experiment/possible-questions.js'
export type { Factors, ReportedRow, TrialRow } from './experiment/row.js'
export type { Comparison, Measurement, Preset, PresetSize } from './experiment/preset.js'
export type { Provenance } from './experiment/provenance.js'

// shelf: new items on the scale of the known ones, rehearsed on items that are known
export type { Calibration } from './shelf/calibration.js'
export type { RehearsedShelf, ShelfRehearsal } from './shelf/rehearse.js'
export type { Worth } from './shelf/worth.js'

// judge: whether answers carry information, and whether asking pays
export { auditJudge, type JudgeReport } from './judge/judge-report.js'
export type { Audit } from './judge/audit.js'
export { auditVerdict } from './judge/sentences.js'
export { advise, type AdviceOptions } from './judge/advise.js'
export type { Advice, AdviceFigures, Gain, ShelfGain } from './judge/advice.js'
export type { Hits } from './judge/hits.js'
export type { ChosenPolicy } from './judge/simulated-asking.js'

// launch: real new items placed among the known ones, and who is shown what
export { type Rehearsed, rehearseLaunch } from './launch/rehearsals.js'
export {
  type AskingDecision,
  type AskingOptions,
  type AskingPlan,
  type GainAt,
  planAsking,
} from './launch/asking.js'
export type { Bill } from './launch/bill.js'
export { type Launch, launch, type LaunchAsking, type LaunchOptions } from './launch/launch.js'
export type { ShelfExpectation } from './launch/expectation.js'
export type { Exclusions, Spread } from './launch/lists.js'

// presets: experiments by name
export { presets } from './presets/index.js'

// run and execution: all seeds of a preset, kept in a folder
export type { ExperimentOptions } from './execution/experiment-options.js'
export { estimateExperiment, runExperiment } from './execution/run-experiment.js'
export { findRun, type FinishedRun, readRun, type UserRecalls } from './run/finished-run.js'
export type { RunStatus } from './run/status.js'
export type { RunCost } from './run/run-cost.js'
export type { RunResult } from './run/result.js'
export type { Compared } from './run/comparisons.js'
export type { Diagnosis } from './run/diagnostics.js'
export { summarise, type SummaryRow } from './run/summary.js'
export { commandOf } from './run/command.js'

// report: tables and figures of a run
export { headline } from './report/answer.js'
export { runLabel, runTable } from './report/table.js'
export { armsTable, testsTable } from './report/run-tables.js'
export type { DocumentTable, TableCell } from './report/document.js'
export { type Figure, figureOf, figuresOf } from './report/figures.js'
export {
  barChart,
  type Chart,
  heatmap,
  histograms,
  lineChart,
  type Marks,
  type Series,
  type Values,
} from './report/figures/charts.js'

// notebook: what a cell begins with, and what it shows
export { openRun, openTrial, writeExampleShop } from './notebook/open.js'
export { progress, record, show, type ShownFigure, type ShownTable } from './notebook/display.js'

// util
export { type Stream, stream } from './util/random.js'
export {
  bootstrapOverUsers,
  holm,
  meanAndError,
  type MeanAndError,
  pairedT,
  type PairedTest,
  rankCorrelation,
  repetitionsNeeded,
  type Share,
} from './util/statistics.js'
export type { SparseMatrix } from './util/sparse.js'
export type { MeterFacts } from './util/meter.js'
export type { Registry } from './util/registry.js'
export type { Details, MakeProgress, Progress, StepTaken, WorkPlan } from './util/progress.js'
export type { StepsOfKind } from './util/time-left.js'
export {
  ConfigError,
  DataError,
  ExecutionError,
  GaveUpError,
  InputError,
  InterruptedError,
  ModelOutputError,
  ProviderError,
  UnderstudyError,
} from './util/errors.js'
