import { join } from 'node:path'
import { loadDataset } from '../dataset/load.js'
import { type ExperimentConfig, readSettings, type Runtime } from '../experiment/config.js'
import { type Given, givenIn } from '../experiment/given.js'
import { estimateQuestions } from '../experiment/possible-questions.js'
import { type Preset, presetQuestions } from '../experiment/preset.js'
import { provenance, runKey } from '../experiment/provenance.js'
import { checkMeasurable, setUp } from '../experiment/setup.js'
import type { Estimate } from '../llm/estimate.js'
import { chatModel } from '../llm/model.js'
import { newBill } from '../llm/spending.js'
import { Trial } from '../experiment/trial.js'
import { presets } from '../presets/index.js'
import { findRun, type FinishedRun, readRun } from '../run/finished-run.js'
import { type Run, runPreset } from '../run/run.js'
import { lockRun } from '../run/run-lock.js'
import { RunStore } from '../run/store.js'
import { chooseEngine, makeEngine } from '../two-tower/engines/index.js'
import { checkFolder } from '../util/files.js'
import { mergeSettings } from '../util/settings.js'
import { chooseExecutor } from './choose-executor.js'
import { costKeeper, spentFromNow } from './cost-keeper.js'
import type { ExperimentOptions } from './experiment-options.js'
import { importAll } from './imports.js'
import { watchRun } from './watch-run.js'

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
  const release = lockRun(folder)
  try {
    const whole = withStore(run, folder, options)
    if (options.beforeAsking && !options.judge && !options.replay) {
      const estimate = await estimateOf(whole, runtime, options)
      if (estimate.calls > 0) options.beforeAsking(run.judge, estimate)
    }
    whole.store.begin()
    await execute(whole, engine.name, runtime, options)
    return readRun(folder)
  } finally {
    release()
  }
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
  const whole = withStore(run, folder, options)
  return { judge: run.judge, estimate: await estimateOf(whole, asked.runtime, options) }
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

/** The run with what its folder has of it. */
function withStore(run: Omit<Run, 'store'>, folder: string, { onNotice }: ExperimentOptions): Run {
  const { provenance, seeds, setup } = run
  const store = new RunStore(folder, { provenance, seeds, config: setup.config }, onNotice)
  return { ...run, store }
}

/** What the seeds could ask that are not finished. */
function estimateOf(
  { preset, setup, seeds, store }: Run,
  { llm: runtime }: Runtime,
  { runs = 'runs', answers = join(runs, 'answers') }: ExperimentOptions,
): Promise<Estimate> {
  const left = seeds.filter((seed) => store.finished(seed) === undefined)
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
  const { setup, seeds, store } = run
  const { runs = 'runs', signal } = options
  const left = seeds.filter((seed) => store.finished(seed) === undefined)
  const folders = {
    runtime: runtime.llm,
    memo: options.store ?? join(runs, 'store'),
    answers: options.answers ?? join(runs, 'answers'),
    replay: options.replay,
    ...options.limits,
    bill: options.limits?.bill ?? newBill(),
  }
  const executor = await chooseExecutor(engine, options)
  const spent = await spentFromNow(setup.config.llm, folders)
  const keepCost = costKeeper(store.folder, spent)
  const watch = watchRun(run, left, executor.atOnce, spent, options)
  const events = {
    ...watch,
    onTrial(seed: number) {
      // If it fails, the last call fails too.
      keepCost().catch(() => undefined)
      watch.onTrial(seed)
    },
    signal,
    folders,
  }
  try {
    store.finish(await runPreset(run, executor, events))
  } finally {
    await watch.stop()
    await keepCost()
  }
}
