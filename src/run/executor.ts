import type { LearningProgress } from '../policy/learned-policy.js'
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
  /** Called after each iteration of learning a policy. */
  onIteration?(seed: number, progress: LearningProgress): void
  /** Called with the number of seeds that are worked on at the same time, where that changes. */
  onWorkers?(atOnce: number): void
  signal?: AbortSignal
  folders: Folders
}
