import { chanceRecall } from '../evaluation/evaluate.js'
import { popularityWarmRecall } from '../experiment/diagnosis.js'
import type { Preset } from '../experiment/preset.js'
import type { Provenance } from '../experiment/provenance.js'
import type { Setup } from '../experiment/setup.js'
import { compare } from './comparisons.js'
import { diagnose } from './diagnostics.js'
import type { Executor, RunEvents } from './executor.js'
import type { RunResult } from './result.js'
import type { RunStore } from './store.js'

/** A preset with its data, and the folder of its finished seeds. */
export interface Run {
  preset: Preset
  setup: Setup
  provenance: Provenance
  /** Name of the chat model that answers. */
  judge: string
  seeds: number[]
  store: RunStore
}

/** Runs the seeds that the store lacks, and gathers all in their order. */
export async function runPreset(
  { preset, setup, provenance, judge, seeds, store }: Run,
  executor: Executor,
  events: RunEvents,
): Promise<RunResult> {
  const missing = seeds.filter((seed) => !store.finished(seed))
  await executor.run(setup, preset.name, missing, {
    ...events,
    onTrial(seed, rows) {
      store.keep(seed, rows)
      events.onTrial(seed, rows)
    },
  })
  const rows = seeds.flatMap((seed) => store.finished(seed)!)
  const { config } = setup
  const userMetric = `cold:recall@${config.policy.rewardK}`
  const metrics = config.evaluation.ks.map((k) => `cold:recall@${k}`)
  return {
    preset: preset.name,
    title: preset.title,
    question: preset.question,
    provenance,
    seeds,
    config,
    data: dataFacts(setup),
    judge,
    trials: rows.map(({ userRecall: _, ...trial }) => trial),
    ...(preset.conclusion ? { conclusion: preset.conclusion(rows, config) } : {}),
    comparisons: compare(rows, preset.comparisons(rows), metrics, userMetric),
    diagnostics: diagnose({
      rows,
      setup,
      popularityWarmRecall: popularityWarmRecall(setup),
    }),
  }
}

function dataFacts({ dataset, split, features, config, notes }: Setup): RunResult['data'] {
  const coldTestItems = split.coldItems.test.length
  return {
    users: dataset.userIds.length,
    items: dataset.itemIds.length,
    interactions: dataset.interactions.item.length,
    trainUsers: split.trainUsers.length,
    coldTestItems,
    evaluatedUsers: split.relevant.test.users.length,
    chance: Object.fromEntries(
      config.evaluation.ks.map((k) => [`recall@${k}`, chanceRecall(k, coldTestItems)]),
    ),
    unavailableFeatures: features.unavailable,
    notes: [...dataset.notes, ...notes],
  }
}
