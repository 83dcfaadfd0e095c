import type { TopK } from '../two-tower/engine.js'
import { foldedModel, scoreOf, type SignalInput, type SignalWeights } from '../two-tower/signals.js'
import { sampleDistinct, stream } from '../util/random.js'
import { mergeShelf, type Shelves, shelfSize } from '../evaluation/shelf.js'

/** "Would this user rather have this new item, or that one?" */
export interface ShelfQuestion {
  user: number
  /** The new item. */
  item: number
  /** The item that it is compared with. */
  other: number
  /** Whether that is a known item. */
  anchored: boolean
  /** How much higher the shelf scores the new item. */
  gap: number
}

/** New items of a user that can be asked about, and known ones that they are compared with. */
export const anchoredDepth = { items: 60, anchors: 10 }

/**
 * Questions that place new items among known ones, which pairs of new items cannot: of each user's
 * best new items those asked least so far, each against a known item near the end of the user's
 * shelf, where the answer decides what is shown.
 *
 * @param shelves - of the users, in the order in which they are asked; lists of at least
 * `anchoredDepth.items`
 * @param perUser - questions to each user
 * @param seed - draws the known items
 * @param askable - whether an item has a text to ask about. Default: every item
 */
export function anchoredQuestions(
  shelves: Shelves,
  perUser: number,
  seed: number,
  askable: (item: number) => boolean = () => true,
): ShelfQuestion[] {
  const asked = new Map<number, number>()
  const questions: ShelfQuestion[] = []
  shelves.users.forEach((user, n) => {
    const fresh = entriesOf(shelves.fresh, shelves.numFresh, n)
      .slice(0, anchoredDepth.items)
      .filter(({ item }) => askable(item))
    const anchors = anchorsOf(shelves, n, askable)
    if (anchors.length === 0) return
    const least = fresh
      .map((entry, rank) => ({ ...entry, rank, times: asked.get(entry.item) ?? 0 }))
      .sort((a, b) => a.times - b.times || a.rank - b.rank)
      .slice(0, perUser)
    const rng = stream(seed, 'anchors', user)
    for (const { item, score, times } of least) {
      asked.set(item, times + 1)
      const anchor = anchors[rng.below(anchors.length)]
      const gap = score - anchor.score
      questions.push({ user, item, other: anchor.item, anchored: true, gap })
    }
  })
  return questions
}

/** Any pairs of new items, each as likely as every other. */
export function pairQuestions(
  input: SignalInput,
  weights: SignalWeights,
  users: Int32Array,
  perUser: number,
  seed: number,
  askable: (item: number) => boolean = () => true,
): ShelfQuestion[] {
  const items = input.newItems.filter(askable)
  const model = foldedModel(input, weights)
  return Array.from(users).flatMap((user) => {
    const rng = stream(seed, 'pairs of new items', user)
    return Array.from({ length: perUser }, () => {
      const [item, other] = Array.from(sampleDistinct(items.length, 2, rng), (k) => items[k])
      const gap = scoreOf(model, user, item) - scoreOf(model, user, other)
      return { user, item, other, anchored: false, gap }
    })
  })
}

interface Entry {
  item: number
  score: number
}

/** The known items nearest in score to the end of the user's shelf. */
export function anchorsOf(
  shelves: Shelves,
  n: number,
  askable: (item: number) => boolean,
): Entry[] {
  let last = NaN
  mergeShelf(shelves, n, 0, (_item, rank, _isNew, score) => {
    if (rank <= shelfSize) last = score
  })
  return entriesOf(shelves.known, shelves.numKnown, n)
    .filter(({ item }) => askable(item))
    .sort((a, b) => Math.abs(a.score - last) - Math.abs(b.score - last))
    .slice(0, anchoredDepth.anchors)
}

function entriesOf({ items, scores }: TopK, k: number, n: number): Entry[] {
  return Array.from({ length: k }, (_, j) => ({
    item: items[n * k + j],
    score: scores[n * k + j],
  })).filter(({ item }) => item >= 0)
}
