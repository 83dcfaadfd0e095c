import type { LearnedPolicy } from '../policy/learned-policy.js'

/** Values that tell apart arms of the same name, e.g. `{ budget: 100 }`. */
export type Factors = Record<string, string | number>

/** One row of an experiment: what one arm reached with one seed. */
export interface TrialRow {
  /** Name of the arm, e.g. `random`, `top:V`, `learned`, `content-map`. */
  policy: string
  /** Seed of the whole procedure: questions, learning, choice, trainings. */
  seed: number
  /** Values that tell it apart from rows of the same name; empty where there are none. */
  factors: Factors
  /** Number of users that were asked about. */
  users: number
  /** Questions put to the judge about these users. */
  calls: number
  /** Questions put to the judge while learning the policy; 0 for a policy that learns nothing. */
  learningCalls: number
  /** Questions without an answer that could be read. */
  failed: number
  /** Share of the answers that chose the option shown first, 0 to 1. */
  firstPositionShare?: number
  /** Number of trainings whose mean the metrics are. */
  trainings: number
  /**
   * Means over the users of the test half, by ranking and metric: `cold:recall@10`, `full:ndcg@50`,
   * `warm:mrr`, `shelf:new@50`.
   */
  metrics: Record<string, number>
  /** Cold recall on the validation half at K = `policy.rewardK`: what choices may look at. */
  validation: number
  /**
   * Cold recall of each evaluated user of the test half at K = `policy.rewardK`: base64 of float32
   * [n], for bootstraps over users.
   */
  userRecall: string
  /** Mean of each scaled feature over the selected users, by name of the feature. */
  profile?: Record<string, number>
  /** The policy, where it was learned for this arm. */
  learned?: LearnedPolicy
  /** The fixed policy that the arm chose, where it chooses among some. */
  chosen?: string
}

/** A row as results show it: without the recalls of single users. */
export type ReportedRow = Omit<TrialRow, 'userRecall'>

/** Values of single users [n] as base64 of float32. */
export function encodeUsers(values: Float32Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64')
}

/** Values [n] that `encodeUsers` has encoded. */
export function decodeUsers(text: string): Float32Array {
  return new Float32Array(new Uint8Array(Buffer.from(text, 'base64')).buffer)
}
