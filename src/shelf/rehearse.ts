import type { Relevance } from '../dataset/split.js'
import type { Trial } from '../experiment/trial.js'
import type { TopK } from '../two-tower/engine.js'
import { type Calibration, calibrate, mapWeights } from './calibration.js'
import { average } from '../util/statistics.js'
import { type Half, union } from '../evaluation/ranking-tasks.js'
import { scaleOf } from '../evaluation/later-relevance.js'
import { bestKnown, newNdcg } from '../evaluation/shelf.js'
import {
  only,
  type SignalInput,
  type SignalName,
  type SignalWeights,
} from '../two-tower/signals.js'

/** Sets of signals that a rehearsal chooses from, the plainest first. */
export const signalSets: readonly (readonly SignalName[])[] = [
  ['text'],
  ['map'],
  ['popularity'],
  ['map', 'text'],
  ['text', 'popularity'],
  ['map', 'text', 'popularity'],
]

/** A rehearsal: users, known items and items pretended new, and what users chose later. */
export interface ShelfRehearsal {
  /** The trial that it is of. */
  trial: Trial
  input: SignalInput
  /** All later interactions. */
  later: Relevance
  /** Those with new items. */
  laterNew: Relevance
  /** The best known items of the users of `later`. */
  known: TopK
}

/** The rehearsal of a trial on a split whose later interactions are known. */
export function shelfRehearsal(trial: Trial): ShelfRehearsal {
  const { validation, test } = trial.setup.split.relevant
  return rehearsalOn(trial, trial.signals(), union([validation, test]))
}

/** The rehearsal of the new items of one half alone. */
export function halfRehearsal(trial: Trial, half: Half): ShelfRehearsal {
  const { coldItems, relevant } = trial.setup.split
  return rehearsalOn(trial, only(trial.signals(), coldItems[half]), relevant[half])
}

function rehearsalOn(trial: Trial, input: SignalInput, laterNew: Relevance): ShelfRehearsal {
  const later = union([laterNew, trial.setup.split.relevant.warm])
  return { trial, input, later, laterNew, known: bestKnown(input, later.users) }
}

/** A calibration, and how the choice of its signals came about. */
export interface RehearsedShelf extends Calibration {
  signals: readonly SignalName[]
  /**
   * For each rehearsal, weights of the same signals that were fitted on the other ones (on itself
   * where it is the only one): what to measure it with.
   */
  unseen: SignalWeights[]
  /** Mean ndcg@50 among the new items, on rehearsals that a set was not fitted on, by set. */
  ndcg: { signals: readonly SignalName[]; value: number }[]
}

/**
 * Calibrates on rehearsals. Each set of signals is fitted on one rehearsal and measured on the
 * others (on itself where it is the only one), by ndcg@50 among the new items. The best set is
 * chosen (the plainest of equals), and its weights of all rehearsals are averaged on the logit
 * scale.
 * @param onCalibration - called after each set on each rehearsal
 */
export function rehearseShelf(
  rehearsals: readonly ShelfRehearsal[],
  onCalibration: () => void = () => undefined,
): RehearsedShelf {
  const scales = rehearsals.map(({ later, known }) => scaleOf(known, later))
  const tried = signalSets.map((signals) => {
    const calibrations = rehearsals.map(({ input, later, known }, r) => {
      const calibration = calibrate(input, later, signals, known, scales[r])
      onCalibration()
      return calibration
    })
    return { signals, calibrations, value: outOfSample(rehearsals, calibrations) }
  })
  const best = tried.reduce((a, b) => (b.value > a.value ? b : a))
  const ndcg = tried.map(({ signals, value }) => ({ signals, value }))
  const { calibrations, signals } = best
  const unseen = calibrations.map((own) => {
    const others = calibrations.filter((one) => one !== own)
    return (others.length > 0 ? meanOf(others) : own).weights
  })
  return { ...meanOf(calibrations), signals, unseen, ndcg }
}

/** Mean ndcg over the users of each rehearsal that the weights were not fitted on. */
function outOfSample(
  rehearsals: readonly ShelfRehearsal[],
  calibrations: readonly Calibration[],
): number {
  const byUser = rehearsals.flatMap(({ input, laterNew }, on) =>
    calibrations
      .filter((_, from) => from !== on || calibrations.length === 1)
      .flatMap(({ weights }) => [...newNdcg(input, weights, laterNew)]),
  )
  return average(byUser)
}

/** The mean on the logit scale, where rehearsals can be compared. */
function meanOf(calibrations: readonly Calibration[]): Calibration {
  const n = calibrations.length
  const slope = calibrations.reduce((sum, one) => sum + one.slope, 0) / n
  const logits = calibrations.map((one) => mapWeights(one.weights, (w) => (w * one.slope) / n))
  const sum = logits.reduce((a, b) => ({
    map: a.map + b.map,
    text: a.text + b.text,
    popularity: a.popularity + b.popularity,
    intercept: a.intercept + b.intercept,
  }))
  return { weights: mapWeights(sum, (w) => w / slope) as SignalWeights, slope }
}
