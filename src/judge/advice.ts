import type { Diagnosis } from '../experiment/diagnosis.js'
import type { SimulatedJudge } from '../experiment/simulated-judge.js'
import type { Audit } from './audit.js'
import type { Hits } from './hits.js'

/** The gain of asking over the best content model, with a simulated judge. */
export interface Gain {
  /** Number of users that were asked about. */
  users: number
  /** Number of questions about them. */
  questions: number
  /** The judge's share of right answers. */
  accuracy: number
  /** Which of its answers are wrong. */
  errors: SimulatedJudge['errors']
  /**
   * Cold recall@K minus that of the best content, on the test half of the rehearsal; mean over
   * rehearsals.
   */
  gain: number
  /** Standard error of the gain over rehearsals. */
  standardError: number
  /** The same at the cut-off of lists that are shown, at most 10; absent where K is that short. */
  top?: { k: number; gain: number; standardError: number }
}

/** The gain on the shelf of asking against known items, by a simulated judge. */
export interface ShelfGain {
  /** Number of users that were asked about. */
  users: number
  /** Number of questions about them. */
  questions: number
  /** The judge's share of right answers; its errors are independent. */
  accuracy: number
  /** Change of the hits in lists of `shelfLength` places, at the same share of new items. */
  gain: Hits
}

/**
 * Figures on whether asking would pay. All are measured on a rehearsal: warm items of the train
 * part, pretended cold.
 */
export interface AdviceFigures {
  /** Size of the rehearsal, and how its items were made cold (`kind`: a kind of split). */
  rehearsal: {
    kind: string
    users: number
    coldItems: number
    evaluatedUsers: number
    repetitions: number
  }
  /** Cut-off K of all recalls. */
  k: number
  /**
   * Mean cold recall@K without any question: by chance, by the content map, and by the best mixture
   * of content signals.
   */
  recall: { chance: number; contentMap: number; content: number }
  /** The same at every cut-off of `evaluation.ks`, and at K. */
  recalls: { k: number; chance: number; contentMap: number; content: number }[]
  /** Gains by number of users, kind of errors and accuracy. */
  gains: Gain[]
  /**
   * The lowest accuracy that pays at each number of users: with independent errors, and with
   * text-like ones. null where none does.
   */
  breakEven: { users: number; accuracy: number | null; textLikeAccuracy: number | null }[]
  /** Gains on the shelf, on top of the best content, by number of users and accuracy. */
  shelf: ShelfGain[]
  /** Name of the judge. */
  judge: string
  /** Audit of the judge against the best content model. */
  audit: Audit
  /** The users to ask about, as a fixed policy. */
  policy: string
  /** Questions a user. */
  pairsPerUser: number
  /** The fewest users tried at which a judge of this judge's accuracy pays; null where none. */
  pays: number | null
  /** Whether to ask. */
  ask: boolean
}

/** Whether to ask, with the figures that say so. */
export interface Advice extends AdviceFigures {
  /** Reasons to be careful with these figures; empty where no check fired. */
  diagnostics: Diagnosis[]
  /** The advice in a sentence. */
  verdict: string
}
