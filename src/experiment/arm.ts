import type { Overrides } from './config.js'
import type { Factors } from './row.js'
import type { SimulatedJudge } from './simulated-judge.js'

/**
 * One arm of an experiment, as data: who is asked which questions, who answers, which item tower
 * learns from the answers, under which settings. `runArm` makes a row of it; the keys of its stored
 * results and its number of steps are derived from it.
 */
export interface Arm {
  /** Name of its row, e.g. `learned/placed`. */
  name: string
  /** Values that tell it apart from rows of the same name, e.g. `{ budget: 100 }`. */
  factors?: Factors
  /** Who is asked. Default: nobody. */
  users?: Selection
  /** A judge simulated from held-out truth, which answers. Default: the configured judge. */
  answers?: SimulatedJudge
  /** Item tower that learns from the answers. Default: `id`. */
  tower?: string
  /** Settings that replace some of the run's own. */
  settings?: Overrides
  /** Arm whose whole bill, its learning included, this arm may spend on asking about users. */
  sameBillAs?: Arm
  /** A part of the data that it is restricted to. Default: all. */
  view?: View
}

/** The users that an arm asks about, `policy.budget` of them. */
export type Selection =
  /** A fixed policy by name: `random`, `all`, `top:V`. */
  | { policy: string }
  /**
   * The fixed policy whose cold recall on the validation half is highest: after whole trainings, or
   * by the mean of three proxies (few questions and no training).
   */
  | {
      bestOf: readonly string[]
      by: 'training' | 'proxy'
      /** Whether to choose under the run's own settings. Default: under those of the arm. */
      under?: 'run'
      /** Index of the further data set (`config.others`) to choose on. Default: the own data. */
      from?: number
    }
  /** A learned policy. `from`: index of the further data set to learn on. Default: the own data. */
  | { learned: true; from?: number }

/** A part of the data: of the features, and of the users and cold items. */
export interface View {
  /** Only these features, in this order. */
  features?: readonly string[]
  /**
   * Only cold items of one half of the categories; the candidates are users whose histories are
   * mostly of that half (`same`), or mostly of the other half (`other`).
   */
  categories?: 'same' | 'other'
}
