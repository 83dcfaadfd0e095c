import { historyOf } from '../../dataset/histories.js'
import type { TwoTowerModel } from '../engine.js'
import type { Recommender } from '../recommender.js'
import {
  foldedModel,
  popularityShare,
  rootMeanSquares,
  type SignalInput,
  type SignalWeights,
  similarPopularity,
} from '../signals.js'
import { textVectors } from '../text-vectors.js'
import { contentMapModel } from './content-map.js'
import { gradedPairs } from '../pairs.js'
import { fitWithPrior, onTopOf, priorStrengths } from './prior.js'
import { bestOnValidation, type Tower, type TowerInput } from './tower.js'

/** Cosine of a cold item's TF-IDF vector with the sum of those of the user's history. */
export const contentKnnTower: Tower = ofWeights('content-knn', { text: 1 })

/** The popularity of the known items whose text is most like a cold item's: the same for all. */
export const similarPopularityTower: Tower = ofWeights('similar-popularity', { popularity: 1 })

/**
 * Cosine of a cold item's TF-IDF vector with the nearest item of the user's history. Pairs add a
 * worth of each item, the same for all users.
 */
export const contentNearestTower: Tower = {
  name: 'content-nearest',
  settings: [],
  fit(input, pairs): Recommender {
    const nearest = nearestOf(input)
    if (pairs.length === 0) return nearest
    const graded = gradedPairs(pairs)
    const { numUsers, items } = input
    const flat = {
      dim: 1,
      users: new Float32Array(numUsers).fill(1),
      items: new Float32Array(items.length),
    }
    return bestOnValidation(input, priorStrengths, (strength) => {
      const worth = fitWithPrior(flat, graded, strength).items
      return {
        score(users, candidates, out) {
          nearest.score(users, candidates, out)
          for (let k = 0; k < out.length; k++) out[k] += worth[candidates[k % candidates.length]]
        },
      }
    })
  },
}

function nearestOf({ items, train }: TowerInput): Recommender {
  const { dim, items: vectors } = textVectors(items, train)
  return {
    score(users, candidates, out) {
      users.forEach((user, row) => {
        const history = historyOf(train, user)
        candidates.forEach((item, column) => {
          let best = 0
          for (const own of history) {
            let cosine = 0
            for (let d = 0; d < dim; d++) cosine += vectors[own * dim + d] * vectors[item * dim + d]
            best = Math.max(best, cosine)
          }
          out[row * candidates.length + column] = best
        })
      })
    },
  }
}

/** Weights of the content map that validation chooses from, where the text has 1. */
const mapWeights = [0.1, 0.25, 0.5, 1, 2, 4]

/**
 * The content map, the cosine of the text and the popularity of similar items together. Validation
 * recall chooses which of them count, and how much: what asking has to beat.
 */
export const contentTower: Tower = {
  name: 'content',
  settings: ['contentMap'],
  fit(input, pairs) {
    const model = input.once('content', () => {
      const signals = signalsFrom(input)
      const [map, text] = rootMeanSquares(signals)
      const joined = mapWeights.flatMap((weight) =>
        [0, popularityShare].map((popularity) => ({
          map: map > 0 ? (weight * text) / map : 0,
          text: 1,
          popularity,
        })),
      )
      const choices = [...joined, { map: 1, text: 0, popularity: 0 }].map((weights) => ({
        ...weights,
        intercept: 0,
      }))
      return bestOnValidation(input, [...choices.keys()], (choice): TwoTowerModel =>
        foldedModel(signals, choices[choice]),
      )
    })
    return onTopOf(input, model, pairs)
  },
}

function ofWeights(name: string, weights: Partial<SignalWeights>): Tower {
  const all = { map: 0, text: 0, popularity: 0, intercept: 0, ...weights }
  return {
    name,
    settings: [],
    fit: (input, pairs) =>
      onTopOf(
        input,
        input.once(name, () => foldedModel(signalsFrom(input, input.warmModel()), all)),
        pairs,
      ),
  }
}

/**
 * All signals of cold items.
 *
 * @param model - places the items; default: the content map
 */
export function signalsFrom(input: TowerInput, model = contentMapModel(input)): SignalInput {
  const { engine, items, train, popularity, warmItems, coldItems } = input
  const known = {
    engine,
    model,
    text: textVectors(items, train),
    train,
    popularity,
    knownItems: warmItems,
    newItems: coldItems,
  }
  return { ...known, similar: similarPopularity(known) }
}
