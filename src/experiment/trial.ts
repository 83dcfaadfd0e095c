import type { ExperimentConfig } from './config.js'
import type { Lab } from './lab.js'
import type { LearnedPolicy } from './policy-training.js'

/** One row of an experiment: what one arm reached in one procedure (seed). Tidy: one row a trial. */
export interface TrialRow {
  /** E.g. `random`, `top:V`, `learned`, `content-map`. */
  policy: string
  /** Seed of the whole procedure: questions, learning, choice, trainings. */
  seed: number
  /** What else tells arms apart, e.g. `{ budget: 100 }`. */
  factors: Record<string, string | number>
  /** Users that were simulated. */
  users: number
  /** Questions put to the chat model for these users. */
  calls: number
  /** Questions put to it in order to learn the policy; 0 for policies that learn nothing. */
  learningCalls: number
  /** Questions without a readable answer. */
  failed: number
  /** Share of the answers that chose the option shown first. */
  firstPositionShare?: number
  /** Number of trainings that the metrics are means over. */
  trainings: number
  /** Means over users by ranking and metric, e.g. `cold:recall@10`, `full:ndcg@50`, `warm:mrr`; on the test half. */
  metrics: Record<string, number>
  /** cold:recall@K of the validation half at the reward's K: what choices may look at. */
  validation: number
  /** cold:recall@K of the test half at the reward's K of each evaluated user: base64 of float32, for bootstraps over users. */
  userRecall: string
  /** Who was selected: the mean of each scaled feature over the selected users. */
  profile?: Record<string, number>
  /** How the policy was learned. */
  learned?: LearnedPolicy
  /** Of `best-feature`: the feature that the validation half chose. */
  chosen?: string
}

/** A question to the data: does `arm` differ from `against`? */
export interface Comparison {
  arm: string
  against: string
  /** Factors of both; absent = those of a row without any. */
  factors?: TrialRow['factors']
}

/** Settings and seeds of a size of a preset. */
export interface PresetSize {
  seeds: number
  settings: Record<string, unknown>
}

/** An experiment by name. Each seed is one repetition of the whole procedure: learn, choose, train, test. */
export interface Preset {
  name: string
  title: string
  /** What it answers, for people. */
  question: string
  /** `smoke`: synthetic, seconds. `full`: what published figures are made with. */
  sizes: { smoke: PresetSize; full: PresetSize }
  /** Steps of one seed, for the progress bar. */
  steps(materials: Lab['materials']): number
  run(lab: Lab, step: () => void): Promise<TrialRow[]>
  /** What its table tests, corrected together (Holm). */
  comparisons(rows: TrialRow[]): Comparison[]
  /** The answer in a sentence, where it is not the comparisons themselves. */
  conclusion?(rows: Omit<TrialRow, 'userRecall'>[], config: ExperimentConfig): string
}
