import type { ExperimentConfig } from '../experiment/config.js'
import type { Provenance } from '../experiment/provenance.js'
import type { ReportedRow } from '../experiment/row.js'
import type { Compared } from './comparisons.js'
import type { Diagnosis } from './diagnostics.js'

/** What a run is of: all that its results depend on. */
export type RunOrigin = Pick<RunResult, 'provenance' | 'seeds' | 'config'>

/**
 * Results of a run: what was run, on which data, and one row a policy and seed. The same as
 * results.json, but for its summary.
 */
export interface RunResult {
  /** Name of the preset. */
  preset: string
  /** Title of the preset. */
  title: string
  /** The question that the preset answers. */
  question: string
  /** All that it takes to make the results again. */
  provenance: Provenance
  /** Seeds, each a repetition of the whole procedure. */
  seeds: number[]
  /** The configuration. */
  config: ExperimentConfig
  /** Sizes of the data and its split. */
  data: {
    users: number
    items: number
    interactions: number
    /** Users with a train history. */
    trainUsers: number
    /** Cold items of the test half. */
    coldTestItems: number
    /** Users with a relevant item in the test half. */
    evaluatedUsers: number
    /**
     * Recall of a ranking by chance among the cold items of the test half, by cut-off: `recall@10`.
     */
    chance: Record<string, number>
    /** Features that this data cannot give, with the reason. */
    unavailableFeatures: { name: string; reason: string }[]
    /** Sentences about how the data were read and cleaned. */
    notes: string[]
  }
  /** Name of the chat model that answered. */
  judge: string
  /** Rows, one a policy and seed. */
  trials: ReportedRow[]
  /** Tests, paired over seeds; empty for a single seed. */
  comparisons: Compared[]
  /** The preset's own answer in a sentence; absent where the comparisons are the answer. */
  conclusion?: string
  /** Reasons to be careful with the results; empty where no check fired. */
  diagnostics: Diagnosis[]
}
