import type { TrialRow } from '../experiment/row.js'
import type { Setup } from '../experiment/setup.js'
import type { ChatOptions } from '../llm/model.js'
import type { StepTaken } from '../util/time-left.js'

/**
 * A way to run trials: in this thread, or in worker threads. Order and number of workers never
 * change a result.
 */
export interface Executor {
  readonly name: string
  /** Seeds that it works on at the same time. */
  readonly atOnce: number
  /**
   * Runs the preset's procedure once a seed; `onStep` after each training, `onTrial` after each
   * seed, in any order.
   */
  run(setup: Setup, preset: string, seeds: number[], events: RunEvents): Promise<void>
}

/** Folders of finished work, which all runs share, and options of the chat model. Plain data. */
export interface Folders extends ChatOptions {
  /** Finished trainings and learned policies. */
  memo?: string
}

/** Callbacks and signal of a run, and its folders. */
export interface RunEvents {
  onStep(taken: StepTaken): void
  onTrial(seed: number, rows: TrialRow[]): void
  signal?: AbortSignal
  folders: Folders
}
