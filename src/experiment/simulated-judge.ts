import type { PreferencePair } from '../augmentation/augmenter.js'
import { InputError } from '../util/errors.js'
import { stream } from '../util/random.js'
import type { TwoTowerModel } from '../two-tower/engine.js'

/**
 * A judge simulated from held-out truth, to find out how good a judge would have to be. Its answers
 * are never a result.
 */
export interface SimulatedJudge {
  /** Share of right answers, .5 to 1. */
  accuracy: number
  /**
   * Which answers are wrong: `independent` ones, or a share of those that a comparison of texts
   * gets wrong (`text-like`).
   */
  errors: 'independent' | 'text-like'
}

/**
 * Which pairs agree with the truth: the two-tower model of all interactions
 * (Trial.trainOnEverything).
 */
export function agreement(pairs: PreferencePair[], truth: TwoTowerModel): boolean[] {
  return pairs.map((pair) => prefers(truth, pair.user, pair.preferred, pair.other))
}

/**
 * Pairs of a text judge, `right` or not, with a simulated judge's answers instead. Independent
 * errors flip the truth with probability 1 - accuracy; text-like ones are a share of the text
 * judge's own errors (of a coin's, where it is already better than wanted). Answers have no margin.
 */
export function simulateAnswers(
  pairs: PreferencePair[],
  right: boolean[],
  judge: SimulatedJudge,
  seed: number,
): PreferencePair[] {
  const { accuracy, errors } = judge
  if (!(accuracy >= 0.5 && accuracy <= 1))
    throw new InputError(`a simulated judge's accuracy is ${accuracy}; allowed: .5 to 1`)
  const text = right.filter(Boolean).length / Math.max(1, right.length)
  return pairs.map(({ user, preferred, other }, k) => {
    const rng = stream(
      seed,
      'simulated judge',
      user,
      Math.min(preferred, other),
      Math.max(preferred, other),
    )
    const correct =
      errors === 'independent'
        ? rng.uniform() < accuracy
        : textLike(right[k], text, accuracy, rng.uniform())
    return correct === right[k]
      ? { user, preferred, other }
      : { user, preferred: other, other: preferred }
  })
}

function textLike(right: boolean, text: number, accuracy: number, draw: number): boolean {
  if (accuracy >= text) return right || draw < (accuracy - text) / (1 - text)
  return draw < (text - accuracy) / Math.max(1e-9, 2 * text - 1) ? !right : right
}

export function prefers(
  { dim, users, items }: TwoTowerModel,
  user: number,
  a: number,
  b: number,
): boolean {
  let difference = 0
  for (let d = 0; d < dim; d++)
    difference += users[user * dim + d] * (items[a * dim + d] - items[b * dim + d])
  return difference > 0
}

/**
 * The truth without what makes an item liked by everybody: users less their mean. A judge may know
 * a user's taste and yet not how popular an item becomes.
 */
export function withoutPopularity({ dim, users, items }: TwoTowerModel): TwoTowerModel {
  const mean = new Float64Array(dim)
  users.forEach((x, k) => (mean[k % dim] += (x * dim) / users.length))
  return { dim, users: users.map((x, k) => x - mean[k % dim]), items }
}
