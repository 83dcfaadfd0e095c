import { contentScores } from '../augmentation/questions.js'
import type { PreferencePair } from '../augmentation/augmenter.js'
import { tfidf } from '../dataset/content.js'
import { average, recallPerUser, type Recommender } from '../evaluation/evaluate.js'
import { fitWithPrior } from '../two-tower/content-prior.js'
import type { TwoTowerModel } from '../two-tower/engine.js'
import { type Lab, pairArrays, rankingTasks } from './lab.js'

/** Strengths of the prior that validation chooses from, each fit begun at the one before; Infinity = no pairs. */
export const priorStrengths = [Infinity, 100, 30, 10, 3, 1]

/** Weights of the text score that validation chooses from; 0 = the content map alone. */
export const blendWeights = [0, 0.25, 0.5, 1, 2, 4]

/** A choice that the validation half made. */
export interface Tuned<T> {
  model: T
  chosen: number
}

/** Item towers that put a cold item where its text says. */
export type ContentTower = 'content-map' | 'bag'

/** Pairs on top of a content tower, answers graded by their margins; the strength of the prior by validation recall. */
export function contentPrior(lab: Lab, pairs: PreferencePair[], t = 0, tower: ContentTower = 'content-map'): Tuned<TwoTowerModel> {
  const prior = tower === 'bag' ? lab.bagModel(t) : lab.mapContent(t)
  const target = Float32Array.from(pairs, ({ margin = Infinity }) => 1 / (1 + Math.exp(-margin)))
  const graded = { ...pairArrays(pairs), target }
  return bestOnValidation(lab, priorStrengths, (strength, before) => fitWithPrior(prior, graded, strength, before))
}

/** The content map's scores and the text similarity of user and item, each standardised over a user's candidates, added. */
export function blend(lab: Lab, t = 0): Tuned<Recommender> {
  const { dataset, split } = lab.materials
  const mapped = lab.recommender(lab.mapContent(t))
  const textOf = contentScores(tfidf(dataset.items), split)
  return bestOnValidation(lab, blendWeights, (weight) => ({
    score(users, items, out) {
      mapped.score(users, items, out)
      users.forEach((user, row) => {
        const scores = out.subarray(row * items.length, (row + 1) * items.length)
        const ofItem = textOf(user)
        const text = standardise(Float32Array.from(items, ofItem))
        standardise(scores).forEach((score, k) => (scores[k] = score + weight * text[k]))
      })
    },
  }))
}

function bestOnValidation<T extends TwoTowerModel | Recommender>(lab: Lab, choices: number[], make: (choice: number, before?: T) => T): Tuned<T> {
  const task = rankingTasks(lab.materials.split, 'validation').cold
  let before: T | undefined
  let best: (Tuned<T> & { recall: number }) | undefined
  for (const chosen of choices) {
    const model: T = make(chosen, before)
    before = model
    const recall = average(recallPerUser(lab.recommender(model), task, lab.materials.config.policy.rewardK))
    if (best === undefined || recall > best.recall) best = { model, chosen, recall }
  }
  return best!
}

/** To mean 0 and deviation 1, in place; constant values become 0. */
function standardise(values: Float32Array): Float32Array {
  const mean = average(values)
  const deviation = Math.sqrt(average(values.map((x) => (x - mean) ** 2)))
  for (let k = 0; k < values.length; k++) values[k] = deviation > 0 ? (values[k] - mean) / deviation : 0
  return values
}
