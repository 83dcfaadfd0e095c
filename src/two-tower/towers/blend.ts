import { contentScores, tfidf } from '../../dataset/content.js'
import { average } from '../../util/statistics.js'
import { modelRecommender, type Recommender } from '../recommender.js'
import { contentMapModel } from './content-map.js'
import { onTopOf } from './prior.js'
import { bestOnValidation, type Tower } from './tower.js'

/** Weights of the text score that validation chooses from; 0 = the content map alone. */
export const blendWeights = [0, 0.25, 0.5, 1, 2, 4]

/**
 * Adds the content map's scores and the text similarity of user and item, each standardised over
 * the user's candidates; validation recall chooses the weight.
 */
export const blendTower: Tower = {
  name: 'blend',
  settings: ['contentMap'],
  fit(input, pairs) {
    const model = onTopOf(input, contentMapModel(input), pairs)
    const mapped = modelRecommender(input.engine, model)
    const textOf = contentScores(tfidf(input.items), input.train)
    return bestOnValidation(input, blendWeights, (weight): Recommender => ({
      score(users, items, out) {
        mapped.score(users, items, out)
        users.forEach((user, row) => {
          const scores = out.subarray(row * items.length, (row + 1) * items.length)
          const text = standardise(Float32Array.from(items, textOf(user)))
          standardise(scores).forEach((score, k) => (scores[k] = score + weight * text[k]))
        })
      },
    }))
  },
}

/** Scales values to mean 0 and deviation 1, in place; constant values become 0. */
function standardise(values: Float32Array): Float32Array {
  const mean = average(values)
  const deviation = Math.sqrt(average(values.map((x) => (x - mean) ** 2)))
  for (let k = 0; k < values.length; k++)
    values[k] = deviation > 0 ? (values[k] - mean) / deviation : 0
  return values
}
