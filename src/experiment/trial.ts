import type { Lab } from './lab.js'

/** One row of an experiment: what one policy reached with one seed. Tidy: one row a trial. */
export interface TrialRow {
  /** E.g. `random`, `top:V`, `learned`, `content-map`. */
  policy: string
  seed: number
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
  /** Means over users by ranking and metric, e.g. `cold:recall@10`, `full:ndcg@50`, `warm:mrr`; on the test half. */
  metrics: Record<string, number>
  /** cold:recall@K of the validation half at the reward's K: what choices may look at. */
  validation: number
  /** Weight by feature, and the mean reward of each iteration. */
  learned?: { weights: Record<string, number>; rewards: number[] }
}

/** An experiment by name. Each seed is one trial of the whole procedure. */
export interface Preset {
  name: string
  title: string
  /** Steps of one seed, for the progress bar. */
  steps(materials: Lab['materials']): number
  run(lab: Lab, step: () => void): Promise<TrialRow[]>
}
