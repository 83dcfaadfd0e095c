import { sampleDistinct, stream } from '../../util/random.js'
import type { Question } from '../question.js'
import type { Placement } from './placement.js'

/** Any pairs, each as likely as every other. */
export const uniform: Placement = {
  name: 'uniform',
  settings: [],
  make:
    ({ dataset, items, config, seed }) =>
    (user) =>
      uniformQuestions(dataset.userIds[user], items, config.pairsPerUser, seed),
}

/**
 * `count` pairs of distinct items of `items`, drawn uniformly from the user's own stream, no pair
 * twice while there are enough.
 */
export function uniformQuestions(
  userId: string,
  items: Int32Array,
  count: number,
  seed: number,
): Question[] {
  const rng = stream(seed, 'questions', userId)
  const enough = (items.length * (items.length - 1)) / 2 >= 2 * count
  const seen = new Set<number>()
  const questions: Question[] = []
  while (questions.length < count) {
    const [a, b] = sampleDistinct(items.length, 2, rng)
    const key = Math.min(a, b) * items.length + Math.max(a, b)
    if (enough && seen.has(key)) continue
    seen.add(key)
    questions.push([items[a], items[b]])
  }
  return questions
}
