import type { UserFeatures } from '../features/features.js'
import type { PolicyConfig } from './config.js'
import type { Episode, Learner } from './learner.js'
import type { Scorer } from './scorer.js'
import { sigmoid } from './selection.js'

/** A_t of decision t of a walk: candidate k, a = 1 if it was taken. */
export type Advantage = (k: number, a: number) => number

/**
 * Adds sum_t A(t) grad log pi(a_t | f_t) of one walk to `out`;
 * grad log pi(a | f) = (a - pi) / temperature * grad logit(f), pi = sigmoid(logit / temperature).
 */
export function addPolicyGradient(
  features: UserFeatures,
  scorer: Scorer,
  theta: Float64Array,
  { logits, walk }: { logits: Float64Array; walk: Episode['walk'] },
  advantage: Advantage,
  temperature: number,
  out: Float64Array,
): void {
  walk.visited.forEach((k, t) => {
    const a = walk.accepted[t]
    const A = advantage(k, a)
    if (A === 0) return
    const pi = sigmoid(logits[k] / temperature)
    scorer.addGradient(features, theta, k, (A * (a - pi)) / temperature, out)
  })
}

/** R_m of an episode: its reward, or with credit `user` the mean of the taken users' own. */
export function rewardOf({ reward, userReward, walk }: Episode, credit: PolicyConfig['credit']): number {
  if (credit === 'set') return reward
  const own = Array.from(walk.taken, (k) => userReward[k]).filter((r) => r !== 0)
  return own.reduce((sum, r) => sum + r, 0) / Math.max(1, own.length)
}

/**
 * Advantages of an episode against the baseline b. With credit `user`, a taken user's own reward minus b; users without
 * a reward of their own and users not taken get none.
 */
export function advantageOver(b: number, episode: Episode, credit: PolicyConfig['credit']): Advantage {
  if (credit === 'set') return () => episode.reward - b
  return (k, a) => (a === 1 && episode.userReward[k] !== 0 ? episode.userReward[k] - b : 0)
}

/** b <- decay b + (1 - decay) mean_m R_m, from the first mean. */
export function movingAverage(decay: number): { value(): number | undefined; add(mean: number): void } {
  let b: number | undefined
  return {
    value: () => b,
    add(mean) {
      b = b === undefined ? mean : decay * b + (1 - decay) * mean
    },
  }
}

/** What learners in action space share: one policy, proposed M times to be sampled. */
export function actionSpace(features: UserFeatures, scorer: Scorer, theta: Float64Array, config: PolicyConfig): Omit<Learner, 'update'> {
  return {
    propose() {
      const logits = scorer.logits(features, theta)
      return Array.from({ length: config.episodes }, () => ({ logits, draw: 'walk' as const }))
    },
    logits: () => scorer.logits(features, theta),
    weights: () => theta.slice(),
  }
}

export const mean = (values: number[]) => values.reduce((sum, x) => sum + x, 0) / values.length
