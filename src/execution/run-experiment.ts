import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { loadDataset, type LoadOptions } from '../dataset/load.js'
import { type ExperimentConfig, readSettings, type Runtime } from '../experiment/config.js'
import { type Given, givenIn } from '../experiment/given.js'
import { estimateQuestions } from '../experiment/possible-questions.js'
import { type Preset, presetQuestions, presetSteps } from '../experiment/preset.js'
import { provenance, runKey } from '../experiment/provenance.js'
import { checkMeasurable, setUp } from '../experiment/setup.js'
import type { ChatModel } from '../llm/chat-model.js'
import type { Estimate } from '../llm/estimate.js'
import type { Limits } from '../llm/limits.js'
import { chatModel } from '../llm/model.js'
import { newBill } from '../llm/spending.js'
import { Trial } from '../experiment/trial.js'
import { presets } from '../presets/index.js'
import { findRun, type FinishedRun, readRun } from '../run/finished-run.js'
import { type Run, runPreset } from '../run/run.js'
import { RunStore } from '../run/store.js'
import { chooseEngine, makeEngine } from '../two-tower/engines/index.js'
import { checkFolder } from '../util/files.js'
import { hasOwnEntries } from '../util/registry.js'
import { mergeSettings } from '../util/settings.js'
import type { StepTaken } from '../util/time-left.js'
import { importAll } from './imports.js'
import { inlineExecutor } from './inline.js'
import { threadExecutor } from './threads.js'

/**
 * Options of `runExperiment`: what to run, and what cannot change a result (where things lie, how
 * many workers there are).
 */
export interface ExperimentOptions extends LoadOptions {
  /**
   * Sections of the configuration, run-time settings of section `llm` included. What is left out is
   * that of the preset's size, then the default.
   */
  settings?: Record<string, unknown>
  /**
   * The preset's own settings and number of seeds. Default: the defaults of all settings, and 4
   * seeds.
   */
  size?: 'smoke' | 'full'
  /**
   * Seeds, each a repetition of the whole procedure. Default: as many as the size says, from 0 on.
   */
  seeds?: number[]
  /** Folder of all runs. Default `runs`. */
  runs?: string
  /** Folder of this run. Default: one in `runs`, named by preset, data set and key. */
  out?: string
  /** Folder of finished trainings and policies, shared by all runs. Default: `store` in `runs`. */
  store?: string
  /** Folder of the store of chat models' answers. Default: `answers` in `runs`. */
  answers?: string
  /**
   * Takes every answer from the store and asks nobody; a missing one is a ProviderError. Default
   * false.
   */
  replay?: boolean
  /** Limits of all seeds and threads together. */
  limits?: Limits
  /**
   * Called before the first question, with what the seeds that are left could ask at most of a chat
   * model that may cost money. What it throws ends the run.
   */
  beforeAsking?(judge: string, estimate: Estimate): void
  /**
   * Gives a finished run of the same preset, configuration, engine and version, if `runs` has one,
   * without reading the data. Default false.
   */
  reuse?: boolean
  /** Name of an engine of the registry `engines`, or `auto`. Default `wasm`. */
  engine?: string
  /**
   * Modules (paths or package names) that add custom entries to registries; imported here and in
   * each worker thread. Without them, custom entries make the run stay in this thread.
   */
  imports?: string[]
  /**
   * Chat model that plays the users, in place of the configured one; the run then stays in this
   * thread.
   */
  judge?: ChatModel
  /** Number of worker threads. Default: one a core. */
  workers?: number
}

/**
 * Runs a preset with all its seeds and keeps the results in a folder. Seeds, trainings and policies
 * that an earlier call has finished are not computed again, so an interrupted call can be repeated.
 * @param what - name of a preset, or a custom preset
 * @throws ConfigError, DataError or InputError for what cannot be run; ProviderError where the
 * judge answers no more; InterruptedError when the signal fires
 * @example
 * const run = await runExperiment('policy-vs-baselines', { size: 'smoke' })
 * console.log(runTable(run.result))
 */
export async function runExperiment(
  what: string | Preset,
  options: ExperimentOptions = {},
): Promise<FinishedRun> {
  const asked = await configured(what, options)
  const { preset, config, runtime, engine } = asked
  const { runs = 'runs', onNotice } = options
  const reused = options.reuse
    ? findRun(runs, preset.name, config, options.seeds, engine.title, onNotice)
    : undefined
  if (reused) return reused
  for (const place of [options.out ?? runs, options.store ?? join(runs, 'store')])
    checkFolder(place)
  const { run, folder } = await prepare(asked, options)
  if (options.beforeAsking && !options.judge && !options.replay) {
    const estimate = await estimateOf(run, folder, runtime, options)
    if (estimate.calls > 0) options.beforeAsking(run.judge, estimate)
  }
  await execute(
    { ...run, store: new RunStore(folder, run.provenance) },
    engine.name,
    runtime,
    options,
  )
  return readRun(folder)
}

/**
 * What a run could ask at most, of chat models that may cost money: every question that it might
 * come to, since a policy that learns does not know its questions beforehand. Asks nobody, trains
 * nothing and writes no result.
 * @throws ConfigError, DataError or InputError for what cannot be run
 */
export async function estimateExperiment(
  what: string | Preset,
  options: ExperimentOptions = {},
): Promise<{ judge: string; estimate: Estimate }> {
  const asked = await configured(what, options)
  const { run, folder } = await prepare(asked, options)
  return { judge: run.judge, estimate: await estimateOf(run, folder, asked.runtime, options) }
}

/** The preset, and its settings at the size that is wanted. */
async function configured(what: string | Preset, options: ExperimentOptions) {
  await importAll(options.imports)
  if (typeof what !== 'string') presets.add(what)
  const preset = presets.get(typeof what === 'string' ? what : what.name)
  const size = options.size && preset.sizes[options.size]
  const own = options.settings ?? {}
  const { config, runtime } = readSettings(
    mergeSettings(structuredClone(size?.settings ?? {}), own),
  )
  const seeds = options.seeds ?? Array.from({ length: size?.seeds ?? 4 }, (_, s) => s)
  return { preset, config, runtime, given: givenIn(own), seeds, engine: engineOf(options, config) }
}

/** The run with its data, and the folder of its results. */
async function prepare(
  { preset, config, given, seeds, engine }: Awaited<ReturnType<typeof configured>>,
  options: ExperimentOptions,
): Promise<{ run: Omit<Run, 'store'>; folder: string }> {
  const { dataset, setup, others } = await loadSetup(config, given, options)
  const origin = provenance(preset.name, setup.config, dataset, engine.title, others)
  const folder =
    options.out ??
    join(
      options.runs ?? 'runs',
      `${preset.name}-${dataset.name.replace(/[^\w.-]+/g, '-')}-${runKey(origin)}`,
    )
  const judge = (options.judge ?? chatModel(config.llm)).name
  return { run: { preset, setup, provenance: origin, judge, seeds }, folder }
}

/** What the seeds could ask that are not finished. */
function estimateOf(
  { preset, setup, seeds, provenance }: Omit<Run, 'store'>,
  folder: string,
  { llm: runtime }: Runtime,
  { runs = 'runs', answers = join(runs, 'answers') }: ExperimentOptions,
): Promise<Estimate> {
  const store = existsSync(folder) ? new RunStore(folder, provenance) : undefined
  const left = seeds.filter((seed) => store?.finished(seed) === undefined)
  const questions = function* () {
    for (const seed of left) yield* presetQuestions(preset, new Trial(setup, { seed, runtime }))
  }
  return estimateQuestions(questions(), { runtime, answers })
}

function engineOf(
  { engine = 'wasm', onNotice }: ExperimentOptions,
  config: ExperimentConfig,
): { name: string; title: string } {
  const { name, reason } = chooseEngine(engine, config.model)
  if (engine === 'auto') onNotice?.(`engine ${name}: ${reason}`)
  return { name, title: makeEngine(name).name }
}

async function loadSetup(config: ExperimentConfig, given: Given, options: ExperimentOptions) {
  const dataset = await loadDataset(config.dataset, options)
  const others = []
  for (const other of config.others) others.push(await loadDataset(other, options))
  const setup = setUp(dataset, config, others, given)
  for (const note of setup.notes) options.onNotice?.(`${dataset.name}: ${note}`)
  checkMeasurable(setup)
  return { dataset, setup, others }
}

async function execute(
  run: Run,
  engine: string,
  runtime: Runtime,
  options: ExperimentOptions,
): Promise<void> {
  const { preset, setup, seeds, store } = run
  const { runs = 'runs', signal, progress, judge, imports = [], workers } = options
  const left = seeds.filter((seed) => store.finished(seed) === undefined)
  const folders = {
    runtime: runtime.llm,
    memo: options.store ?? join(runs, 'store'),
    answers: options.answers ?? join(runs, 'answers'),
    replay: options.replay,
    ...options.limits,
    bill: options.limits?.bill ?? newBill(),
  }
  const onlyHere = judge !== undefined || (hasOwnEntries() && imports.length === 0)
  const executor = onlyHere
    ? inlineExecutor(engine, judge)
    : threadExecutor(engine, { workers, imports })
  const bar = progress?.(preset.name, 'steps', {
    tasks: left.length,
    atOnce: executor.atOnce,
    kinds: presetSteps(preset, setup),
  })
  let open = left.length
  const events = {
    onStep: (taken: StepTaken) => bar?.step(taken),
    onTrial() {
      if (--open === 0) bar?.say('comparing the arms')
    },
    signal,
    folders,
  }
  try {
    store.finish(await runPreset(run, executor, events))
  } finally {
    bar?.stop()
  }
}
