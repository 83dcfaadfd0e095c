import { sampleDistinct, stream } from '../util/random.js'

/** Two distinct cold items, in the order they are shown. */
export type Question = readonly [first: number, second: number]

/**
 * The questions of one user: pairs of distinct items of `items`, drawn uniformly from the user's own stream, no pair
 * twice while there are enough. The same whichever selection the user is in, so that answers can be reused.
 */
export function questionsFor(userId: string, items: Int32Array, count: number, seed: number): Question[] {
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
