import type { UserFeatures } from '../features/features.js'
import { average } from '../util/statistics.js'
import type { Episode, Learner } from './learner.js'
import type { Scorer } from './scorer.js'
import { sigmoid } from './selection.js'
import type { PolicyConfig } from './settings.js'

/** The policy pi(a = 1 | f) = sigmoid(logit(f; theta) / temperature) over the candidates. */
export interface SampledPolicy {
  /** Features of the candidates. */
  features: UserFeatures
  /** Gives the logits. */
  scorer: Scorer
  /** Weights of the scorer, changed in place by `ascend`. */
  theta: Float64Array
  /** Divides the logits: high = close to a coin. */
  temperature: number
}

/** Advantage A_t of decision t of a walk: about candidate k, a = 1 if it was taken. */
export type Advantage = (k: number, a: number) => number

/**
 * Adds sum_t A_t grad log pi(a_t | f_t) over one walk to `gradient`, where
 * grad log pi(a | f) = (a - pi(1 | f)) / temperature * grad logit(f).
 * @param logits - logits of the candidates under pi [n]
 */
export function addPolicyGradient(
  { features, scorer, theta, temperature }: SampledPolicy,
  logits: Float64Array,
  walk: Episode['walk'],
  advantage: Advantage,
  gradient: Float64Array,
): void {
  walk.visited.forEach((k, t) => {
    const a = walk.accepted[t]
    const A = advantage(k, a)
    if (A === 0) return
    const pi = sigmoid(logits[k] / temperature)
    scorer.addGradient(features, theta, k, (A * (a - pi)) / temperature, gradient)
  })
}

/** theta += step * gradient */
export function ascend({ theta }: SampledPolicy, step: number, gradient: Float64Array): void {
  for (let j = 0; j < theta.length; j++) theta[j] += step * gradient[j]
}

/** Reward R_m of an episode; with credit `user`, the mean of the taken users' own rewards. */
export function rewardOf(
  { reward, userReward, walk }: Episode,
  credit: PolicyConfig['credit'],
): number {
  if (credit === 'set') return reward
  const own = Array.from(walk.taken, (k) => userReward[k]).filter((r) => r !== 0)
  return own.length === 0 ? 0 : average(own)
}

/**
 * Advantages of an episode against the baseline b: R_m - b for every decision. With credit `user`,
 * a taken user's own reward minus b; 0 for users without a reward and for those not taken.
 */
export function advantageOver(
  b: number,
  episode: Episode,
  credit: PolicyConfig['credit'],
): Advantage {
  if (credit === 'set') return () => episode.reward - b
  return (k, a) => (a === 1 && episode.userReward[k] !== 0 ? episode.userReward[k] - b : 0)
}

/** An exponential moving average: b <- decay b + (1 - decay) R, from the first R on. */
export interface MovingAverage {
  /** Undefined before the first value. */
  value(): number | undefined
  /** Moves the average to the next value. */
  add(R: number): void
}

/** A moving average without a value yet. */
export function movingAverage(decay: number): MovingAverage {
  let b: number | undefined
  return {
    value: () => b,
    add(R) {
      b = b === undefined ? R : decay * b + (1 - decay) * R
    },
  }
}

/** The part that learners in action space share: one policy, proposed M times to be sampled. */
export function actionSpace(
  { features, scorer, theta }: SampledPolicy,
  M: number,
): Omit<Learner, 'update'> {
  return {
    propose() {
      const logits = scorer.logits(features, theta)
      return Array.from({ length: M }, () => ({ logits, draw: 'walk' as const }))
    },
    logits: () => scorer.logits(features, theta),
    weights: () => theta.slice(),
  }
}
