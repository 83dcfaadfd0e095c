import { tfidf } from '../dataset/content.js'
import type { Dataset } from '../dataset/dataset.js'
import { historyOf } from '../dataset/histories.js'
import type { Split } from '../dataset/split.js'
import { sampleDistinct, shuffle, stream } from '../util/random.js'
import type { SparseMatrix } from '../util/sparse.js'
import type { AugmentationConfig } from './config.js'

/** Two distinct cold items, in the order they are shown. */
export type Question = readonly [first: number, second: number]

/**
 * `count` pairs of distinct items of `items`, drawn uniformly from the user's own stream, no pair twice while there are
 * enough. The same whichever selection the user is in, so that answers can be reused.
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

/** Pairs in which no item comes twice until all have: a user sees as many items as can be. */
export function balancedQuestionsFor(userId: string, items: Int32Array, count: number, seed: number): Question[] {
  const rng = stream(seed, 'balanced questions', userId)
  const questions: Question[] = []
  while (questions.length < count) {
    const order = shuffle(items.slice(), rng)
    for (let k = 0; k + 1 < order.length && questions.length < count; k += 2) questions.push([order[k], order[k + 1]])
  }
  return questions
}

/**
 * Draws each user's questions as `placement` says. `confident` and `uncertain` draw `placementDraws` times as many
 * uniformly and keep those whose two items the user's history tells apart most, or least, by the words of their text.
 */
export function questionMaker(dataset: Dataset, split: Split, items: Int32Array, config: AugmentationConfig, seed: number): (user: number) => Question[] {
  const { placement, placementDraws, pairsPerUser } = config
  const id = (user: number) => dataset.userIds[user]
  if (placement === 'uniform') return (user) => questionsFor(id(user), items, pairsPerUser, seed)
  if (placement === 'balanced') return (user) => balancedQuestionsFor(id(user), items, pairsPerUser, seed)
  const score = contentScores(tfidf(dataset.items), split)
  const sign = placement === 'confident' ? -1 : 1
  return (user) => {
    const of = score(user)
    const drawn = questionsFor(id(user), items, pairsPerUser * placementDraws, seed).map((question) => ({ question, gap: Math.abs(of(question[0]) - of(question[1])) }))
    return drawn.sort((a, b) => sign * (a.gap - b.gap)).slice(0, pairsPerUser).map(({ question }) => question)
  }
}

/** Of a user: the cosine of an item's TF-IDF vector with the sum of those in the train history, up to a factor. */
export function contentScores(content: SparseMatrix, { train }: Split): (user: number) => (item: number) => number {
  const { start, column, value, columns } = content
  return (user) => {
    const profile = new Float64Array(columns)
    for (const item of historyOf(train, user)) for (let k = start[item]; k < start[item + 1]; k++) profile[column[k]] += value[k]
    return (item) => {
      let sum = 0
      for (let k = start[item]; k < start[item + 1]; k++) sum += value[k] * profile[column[k]]
      return sum
    }
  }
}
