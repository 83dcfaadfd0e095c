import { join } from 'node:path'
import { loadDataset, type LoadOptions } from '../dataset/load.js'
import { findRun, type FinishedRun, readRun } from '../experiment/finished-run.js'
import { readConfig } from '../experiment/config.js'
import { checkMeasurable, prepare } from '../experiment/prepare.js'
import { presetByName } from '../experiment/presets/index.js'
import { provenance, runKey } from '../experiment/provenance.js'
import { runPreset } from '../experiment/run.js'
import { RunStore } from '../experiment/store.js'
import { chatModel } from '../llm/model.js'
import { chooseEngine, type EngineName, makeEngine } from '../two-tower/engines/index.js'
import { threadExecutor } from './threads.js'

/** What to run, and what cannot change a result: where things lie, and how many workers there are. */
export interface ExperimentOptions extends LoadOptions {
  /** Sections of the configuration; the rest is the preset's size, then the defaults. */
  settings?: Record<string, unknown>
  /** The preset's own settings and number of seeds. */
  size?: 'smoke' | 'full'
  /** Default: those of the size, else 0 to 3. */
  seeds?: number[]
  /** Where runs are kept. Default `runs`. */
  runs?: string
  /** This run's own folder. Default: one under `runs`, named by preset, data and key. */
  out?: string
  /** Finished trainings and policies, shared by all runs. Default: `store` in `runs`. */
  store?: string
  /** Store of a language model's answers. Default: `answers` in `runs`. */
  answers?: string
  replay?: boolean
  /** Takes a finished run of the same preset, configuration and version out of `runs` without looking at the data. */
  reuse?: boolean
  /** Default: `wasm`. */
  engine?: EngineName | 'auto'
  /** Worker threads. Default: one a core. */
  workers?: number
}

/**
 * Runs a preset, a procedure a seed, and keeps it: what an earlier call finished is not computed again.
 * @throws ConfigError, DataError, InputError for what cannot be run; InterruptedError when the signal fires
 */
export async function runExperiment(name: string, options: ExperimentOptions): Promise<FinishedRun> {
  const preset = presetByName(name)
  const { runs = 'runs', signal, progress } = options
  const size = options.size && preset.sizes[options.size]
  const config = readConfig(merge(structuredClone(size?.settings ?? {}), options.settings ?? {}))
  const { name: engine, reason } = chooseEngine(options.engine ?? 'wasm', config.model)
  if (options.engine === 'auto') options.onNotice?.(`engine ${engine}: ${reason}`)
  const { name: engineName } = makeEngine(engine)
  const reused = options.reuse ? findRun(runs, preset.name, config, options.seeds, engineName) : undefined
  if (reused) return reused
  const seeds = options.seeds ?? Array.from({ length: size?.seeds ?? 4 }, (_, s) => s)
  const dataset = await loadDataset(config.dataset, options)
  const others = []
  for (const other of config.others) others.push(await loadDataset(other, options))
  const materials = prepare(dataset, config, others)
  checkMeasurable(materials)
  const origin = provenance(preset.name, config, dataset, engineName, others)
  const folder = options.out ?? join(runs, `${preset.name}-${dataset.name.replace(/[^\w.-]+/g, '-')}-${runKey(origin)}`)
  const store = new RunStore(folder, origin)
  const left = seeds.filter((seed) => store.finished(seed) === undefined)
  const bar = progress?.(preset.name, 'steps', left.length * preset.steps(materials))
  const folders = { memo: options.store ?? join(runs, 'store'), answers: options.answers ?? join(runs, 'answers'), replay: options.replay }
  try {
    const events = { onStep: () => bar?.step(), onTrial: () => undefined, signal, folders }
    store.finish(await runPreset(preset, materials, origin, chatModel(config.llm).name, seeds, threadExecutor(engine, options.workers), store, events))
  } finally {
    bar?.stop()
  }
  return readRun(folder)
}

/** Settings over settings, section by section. */
function merge(base: Record<string, unknown>, over: Record<string, unknown>): Record<string, unknown> {
  const isSection = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
  return { ...base, ...Object.fromEntries(Object.entries(over).map(([key, value]) => [key, isSection(value) && isSection(base[key]) ? merge(base[key], value) : value])) }
}
