import type { LoadOptions } from '../dataset/load.js'
import type { Estimate } from '../llm/estimate.js'
import type { Limits } from '../llm/limits.js'
import type { RunStatus } from '../run/status.js'
import type { ExecutorOptions } from './choose-executor.js'

/**
 * Options of `runExperiment`: what to run, and what cannot change a result (where things lie, how
 * many workers there are).
 */
export interface ExperimentOptions extends LoadOptions, ExecutorOptions {
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
  /** Called once a second, and at the end, with how far the run is. */
  onStatus?(status: RunStatus): void
  /**
   * Gives a finished run of the same preset, configuration, engine and version, if `runs` has one,
   * without reading the data. Default false.
   */
  reuse?: boolean
  /** Name of an engine of the registry `engines`, or `auto`. Default `wasm`. */
  engine?: string
}
