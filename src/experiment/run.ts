import { popularityRecommender } from '../evaluation/baselines.js'
import { chanceRecall, evaluate } from '../evaluation/evaluate.js'
import type { ChatOptions } from '../llm/model.js'
import { type Compared, compare } from './comparisons.js'
import type { ExperimentConfig } from './config.js'
import { type Diagnosis, diagnose } from './diagnostics.js'
import { type Materials, rankingTasks } from './lab.js'
import type { Provenance } from './provenance.js'
import type { RunStore } from './store.js'
import type { Preset, TrialRow } from './trial.js'

/** Where trials run: here, or in worker threads. Order and number of workers never change a result. */
export interface Executor {
  readonly name: string
  /** Runs the preset's procedure once a seed; `onStep` after each training, `onTrial` after each seed, in any order. */
  run(materials: Materials, preset: string, seeds: number[], events: RunEvents): Promise<void>
}

/** Where finished work is kept, over all runs. */
export interface Folders extends ChatOptions {
  /** Finished trainings and learned policies. */
  memo?: string
}

export interface RunEvents {
  onStep(): void
  onTrial(seed: number, rows: TrialRow[]): void
  signal?: AbortSignal
  folders: Folders
}

/** A row as results show it. */
export type Trial = Omit<TrialRow, 'userRecall'>

/** Results of a run: what it is of, how it came to be, and one row for each policy and seed. */
export interface RunResult {
  preset: string
  title: string
  question: string
  provenance: Provenance
  seeds: number[]
  config: ExperimentConfig
  data: {
    users: number
    items: number
    interactions: number
    trainUsers: number
    coldTestItems: number
    evaluatedUsers: number
    /** Recall of a ranking by chance among the cold items of the test half, by K. */
    chance: Record<string, number>
    unavailableFeatures: { name: string; reason: string }[]
    notes: string[]
  }
  /** Who answered: the chat model's name. */
  judge: string
  trials: Trial[]
  /** Paired over seeds; empty for a single seed. */
  comparisons: Compared[]
  /** The preset's own answer in a sentence, if it has one. */
  conclusion?: string
  diagnostics: Diagnosis[]
}

/** Runs what is not yet in the store, and gathers everything in the order of the seeds. */
export async function runPreset(
  preset: Preset,
  materials: Materials,
  origin: Provenance,
  judge: string,
  seeds: number[],
  executor: Executor,
  store: RunStore,
  events: RunEvents,
): Promise<RunResult> {
  const done = new Map<number, TrialRow[]>()
  for (const seed of seeds) {
    const rows = store.finished(seed)
    if (rows) done.set(seed, rows)
  }
  const missing = seeds.filter((seed) => !done.has(seed))
  await executor.run(materials, preset.name, missing, {
    ...events,
    onTrial(seed, rows) {
      store.keep(seed, rows)
      done.set(seed, rows)
      events.onTrial(seed, rows)
    },
  })
  const rows = seeds.flatMap((seed) => done.get(seed)!)
  const { config } = materials
  const userMetric = `cold:recall@${config.policy.rewardK}`
  const metrics = config.evaluation.ks.map((k) => `cold:recall@${k}`)
  return {
    preset: preset.name,
    title: preset.title,
    question: preset.question,
    provenance: origin,
    seeds,
    config,
    data: describe(materials),
    judge,
    trials: rows.map(({ userRecall: _, ...trial }) => trial),
    ...(preset.conclusion ? { conclusion: preset.conclusion(rows, config) } : {}),
    comparisons: compare(rows, preset.comparisons(rows), metrics, userMetric),
    diagnostics: diagnose({ rows, materials, popularityWarmRecall: popularityWarmRecall(materials) }),
  }
}

function popularityWarmRecall({ dataset, split, config }: Materials): number {
  const k = Math.max(...config.evaluation.ks)
  const task = rankingTasks(split, 'test').warm
  if (task.relevant.users.length === 0) return 0
  return evaluate(popularityRecommender(split.train, dataset.itemIds.length), task, [k]).mean[`recall@${k}`]
}

function describe({ dataset, split, features, config }: Materials): RunResult['data'] {
  const coldTestItems = split.coldItems.test.length
  return {
    users: dataset.userIds.length,
    items: dataset.itemIds.length,
    interactions: dataset.interactions.item.length,
    trainUsers: split.trainUsers.length,
    coldTestItems,
    evaluatedUsers: split.relevant.test.users.length,
    chance: Object.fromEntries(config.evaluation.ks.map((k) => [`recall@${k}`, chanceRecall(k, coldTestItems)])),
    unavailableFeatures: features.unavailable,
    notes: dataset.notes,
  }
}
