import { shuffle, stream } from '../../util/random.js'
import type { Question } from '../question.js'
import type { Placement } from './placement.js'

/** Pairs in which no item comes twice until all have: a user sees as many items as can be. */
export const balanced: Placement = {
  name: 'balanced',
  settings: [],
  make:
    ({ dataset, items, config, seed }) =>
    (user) => {
      const rng = stream(seed, 'balanced questions', dataset.userIds[user])
      const questions: Question[] = []
      while (questions.length < config.pairsPerUser) {
        const order = shuffle(items.slice(), rng)
        for (let k = 0; k + 1 < order.length && questions.length < config.pairsPerUser; k += 2)
          questions.push([order[k], order[k + 1]])
      }
      return questions
    },
}
