import type { UserFeatures } from '../../features/features.js'
import type { PolicyConfig } from '../config.js'
import type { Episode, Learner } from '../learner.js'
import type { Scorer } from '../scorer.js'
import { sigmoid } from '../selection.js'

/**
 * REINFORCE (Williams 1992) with an exponential moving average b of the reward as baseline:
 *
 *   theta += alpha / M * sum_m A_m * sum_t grad log pi(a_t | f_t),   A_m = R_m - b
 *   grad log pi(a | f) = (a - pi) / temperature * grad logit(f),      b <- beta b + (1 - beta) mean_m R_m
 *
 * t runs over the users that the walk visited. With credit `user`, A is each taken user's own reward minus b, where b
 * averages those; users without a reward of their own and users not taken get none.
 */
export function reinforce(features: UserFeatures, scorer: Scorer, config: PolicyConfig): Learner {
  const theta = new Float64Array(scorer.size(features.names.length))
  let b: number | undefined
  return {
    name: 'reinforce',
    propose: () => {
      const logits = scorer.logits(features, theta)
      return Array.from({ length: config.episodes }, () => ({ logits, draw: 'walk' as const }))
    },
    update(episodes) {
      const rewards = episodes.map((episode) => meanReward(episode, config.credit))
      const meanR = rewards.reduce((sum, r) => sum + r, 0) / rewards.length
      b ??= meanR
      const gradient = new Float64Array(theta.length)
      for (const [m, episode] of episodes.entries()) {
        const advantage = (k: number, a: number) => {
          if (config.credit === 'set') return rewards[m] - b!
          return a === 1 && episode.userReward[k] !== 0 ? episode.userReward[k] - b! : 0
        }
        addPolicyGradient(features, scorer, theta, episode, advantage, config.temperature, gradient)
      }
      for (let j = 0; j < theta.length; j++) theta[j] += (config.learningRate / episodes.length) * gradient[j]
      b = config.baselineDecay * b + (1 - config.baselineDecay) * meanR
    },
    logits: () => scorer.logits(features, theta),
    weights: () => theta.slice(),
  }
}

/** Adds sum_t A(t) grad log pi(a_t | f_t) of one walk to `out`. */
export function addPolicyGradient(
  features: UserFeatures,
  scorer: Scorer,
  theta: Float64Array,
  { proposal, walk }: Pick<Episode, 'proposal' | 'walk'>,
  advantage: (k: number, a: number) => number,
  temperature: number,
  out: Float64Array,
): void {
  walk.visited.forEach((k, t) => {
    const a = walk.accepted[t]
    const A = advantage(k, a)
    if (A === 0) return
    const pi = sigmoid(proposal.logits[k] / temperature)
    scorer.addGradient(features, theta, k, (A * (a - pi)) / temperature, out)
  })
}

function meanReward({ reward, userReward, walk }: Episode, credit: PolicyConfig['credit']): number {
  if (credit === 'set') return reward
  const own = Array.from(walk.taken, (k) => userReward[k]).filter((r) => r !== 0)
  return own.reduce((sum, r) => sum + r, 0) / Math.max(1, own.length)
}
