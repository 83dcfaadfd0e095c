import { contentScores, tfidf } from '../../dataset/content.js'
import type { Placement, PlacementContext } from './placement.js'
import { uniformQuestions } from './uniform.js'

/** Pairs that the words of the user's history tell apart most. */
export const confident: Placement = {
  name: 'confident',
  settings: ['placementDraws'],
  make: (context) => byGap(context, -1),
}

/** Pairs that the words of the user's history tell apart least. */
export const uncertain: Placement = {
  name: 'uncertain',
  settings: ['placementDraws'],
  make: (context) => byGap(context, 1),
}

/**
 * Draws `placementDraws` times as many pairs uniformly, and keeps those with the smallest
 * `sign` * |difference of the two items' content scores|.
 */
function byGap({ dataset, split, items, config, seed }: PlacementContext, sign: 1 | -1) {
  const { placementDraws, pairsPerUser } = config
  const score = contentScores(tfidf(dataset.items), split.train)
  return (user: number) => {
    const of = score(user)
    const count = pairsPerUser * placementDraws
    return uniformQuestions(dataset.userIds[user], items, count, seed)
      .map((question) => ({ question, gap: Math.abs(of(question[0]) - of(question[1])) }))
      .sort((a, b) => sign * (a.gap - b.gap))
      .slice(0, pairsPerUser)
      .map(({ question }) => question)
  }
}
