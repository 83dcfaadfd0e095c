import { hasText } from '../dataset/content.js'
import { relevantOf } from '../dataset/split.js'
import { shelvesOf } from '../evaluation/shelf.js'
import { anchoredDepth, anchorsOf } from '../shelf/questions.js'
import type { ShelfRehearsal } from '../shelf/rehearse.js'
import { foldedModel, scoreOf, type SignalWeights } from '../two-tower/signals.js'
import { shuffle, stream } from '../util/random.js'
import type { TrueQuestion } from './audit.js'

/** A question against a known item whose answer is known, and whether the shelf has it right. */
export interface ShelfTrueQuestion extends TrueQuestion {
  contentRight: boolean
}

/**
 * Questions on a rehearsal as a launch asks them, a new item against a known one, with known
 * answers: in every other one the user later chose the new item, in the others the known one, so
 * that a judge who likes whatever is new is right in half of them.
 */
export function shelfTrueQuestions(
  { trial, input, later, laterNew }: ShelfRehearsal,
  weights: SignalWeights,
  count: number,
): ShelfTrueQuestion[] {
  const { items } = trial.setup.dataset
  const model = foldedModel(input, weights)
  const isNew = new Set(input.newItems)
  const askable = (item: number) => hasText(items[item])
  const order = shuffle(Int32Array.from(later.users.keys()), stream(trial.seed, 'shelf audit'))
  const places = new Map(Array.from(laterNew.users, (user, n) => [user, n]))
  // Twice as many users as questions: not everybody chose something that can be asked about.
  const drawn = [
    ...order.filter((n) => places.has(later.users[n])).slice(0, count),
    ...order.filter((n) => !places.has(later.users[n])).slice(0, count),
  ]
  const users = Int32Array.from(drawn, (n) => later.users[n])
  const shelves = shelvesOf(input, weights, users, undefined, anchoredDepth.items)
  const found: Record<'new' | 'known', ShelfTrueQuestion[]> = { new: [], known: [] }
  drawn.forEach((n, k) => {
    const user = users[k]
    const relevant = relevantOf(later, n)
    const own = [...relevant].filter(askable)
    const rng = stream(trial.seed, 'shelf audit', trial.setup.dataset.userIds[user])
    const pick = (from: number[]) => from[rng.below(from.length)]
    const add = (kind: 'new' | 'known', chosen: number[], others: number[]) => {
      const left = others.filter((item) => !relevant.has(item))
      if (chosen.length === 0 || left.length === 0) return
      const [a, b] = [pick(chosen), pick(left)]
      const contentRight = scoreOf(model, user, a) > scoreOf(model, user, b)
      found[kind].push({ user, chosen: a, other: b, contentRight })
    }
    const { fresh, numFresh } = shelves
    const best = [...fresh.items.subarray(k * numFresh, (k + 1) * numFresh)].filter(
      (item) => item >= 0 && askable(item),
    )
    const known = own.filter((item) => !isNew.has(item))
    if (places.has(user)) {
      const anchors = anchorsOf(shelves, k, askable).map(({ item }) => item)
      add(
        'new',
        own.filter((item) => isNew.has(item)),
        anchors,
      )
    } else add('known', known, best)
  })
  const half = Math.min(Math.ceil(count / 2), found.new.length, found.known.length)
  return [...found.new.slice(0, half), ...found.known.slice(0, half)]
}
