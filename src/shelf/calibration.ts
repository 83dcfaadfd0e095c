import type { Relevance } from '../dataset/split.js'
import { average } from '../util/statistics.js'
import { examplesOf, scaleOf } from '../evaluation/later-relevance.js'
import { fitLogistic } from '../util/logistic.js'
import { bestKnown, bestNew, shelfNdcg, shelvesOf } from '../evaluation/shelf.js'
import {
  popularityShare,
  rootMeanSquares,
  type SignalInput,
  type SignalName,
  signalNames,
  signalsOf,
  type SignalWeights,
} from '../two-tower/signals.js'

/** How new items come onto the scale of the known ones. */
export interface Calibration {
  /** Signals of a new item, in units of a known item's score. */
  weights: SignalWeights
  /** Slope a1 of the logit of later relevance by a known item's score. */
  slope: number
}

/** Offsets that are tried, on the logit scale. */
const offsets = Array.from({ length: 81 }, (_, k) => (k - 40) / 10)

/** The regression on new items looks at the best under the one before. */
const rounds = 3

/**
 * Puts new items on the scale of the known ones, on a rehearsal whose later interactions are known:
 * one logistic regression of later relevance on the scores of each user's best known items
 * (a1 s + a0), one on the signals of the best new ones (t . signals + t0), each user weighted by
 * 1 / (number relevant). A new item's score is then (t . signals + t0 - a0) / a1, shifted by the
 * offset that maximises ndcg@50 over all items.
 *
 * @param later - all later interactions of users, with known and with new items
 * @param use - the signals that may count
 * @param known - the best known items of the users of `later`, where they are there already
 * @param scale - `scaleOf` of them, where it is there already
 */
export function calibrate(
  input: SignalInput,
  later: Relevance,
  use: readonly SignalName[] = signalNames,
  known = bestKnown(input, later.users),
  scale = scaleOf(known, later),
): Calibration {
  const [a1, a0] = [scale.coefficients[0], scale.intercept]
  const fresh = fitSignals(input, later, use)
  const weights = mapWeights(fresh, (weight) => weight / a1)
  weights.intercept -= a0 / a1
  const shelves = shelvesOf(input, weights, later.users, known)
  const ndcg = offsets.map((logit) => average(shelfNdcg(shelves, later, logit / a1)))
  weights.intercept += offsets[ndcg.indexOf(Math.max(...ndcg))] / a1
  return { weights, slope: a1 }
}

/**
 * Logit of later relevance by the signals of a user's best new items. Beside the text, the
 * popularity of similar items has a fixed share of its weight.
 */
function fitSignals(
  input: SignalInput,
  later: Relevance,
  use: readonly SignalName[],
): SignalWeights {
  const signals = signalsOf(input)
  const [useMap, useText, usePopularity] = signalNames.map((name) => Number(use.includes(name)))
  const share = useText * usePopularity * popularityShare
  const alone = usePopularity * (1 - useText)
  let weights = firstWeights(input, use)
  for (let round = 0; round < rounds; round++) {
    const best = bestNew(input, weights, later.users)
    const examples = examplesOf(best, later, 3, (slot, user) => {
      const [map, text, popularity] = signals(user, best.items[slot])
      return [useMap * map, useText * (text + share * popularity), alone * popularity]
    })
    const { coefficients, intercept } = fitLogistic(examples)
    const [map, text, popularity] = coefficients
    weights = { map, text, popularity: share * text + popularity, intercept }
  }
  return weights
}

/** All used signals at about the same weight: a first list of new items to look at. */
function firstWeights(input: SignalInput, use: readonly SignalName[]): SignalWeights {
  const [dots] = rootMeanSquares(input)
  const first = { map: dots > 0 ? 1 / dots : 0, text: 5, popularity: 5 * popularityShare }
  const own = (name: SignalName) => (use.includes(name) ? first[name] : 0)
  return { map: own('map'), text: own('text'), popularity: own('popularity'), intercept: 0 }
}

/** Applies a function to each weight. */
export function mapWeights(
  { map, text, popularity, intercept }: SignalWeights,
  of: (weight: number) => number,
): SignalWeights {
  return { map: of(map), text: of(text), popularity: of(popularity), intercept: of(intercept) }
}
