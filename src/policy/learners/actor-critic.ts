import { CholeskyDecomposition, Matrix } from 'ml-matrix'
import type { UserFeatures } from '../../features/features.js'
import type { Episode, LearnerKind } from '../learner.js'
import { actionSpace, addPolicyGradient, ascend } from '../policy-gradient.js'

/**
 * Actor-critic (Sutton and Barto 2018, section 13.5, one step): a value on features, V(f) = phi . f
 * + c, is the baseline,
 *
 *   theta += alpha / M * sum_m sum_t A_t grad log pi(a_t | f_t),
 *   A_t = R_m - V(f_t),
 *   phi <- beta phi + (1 - beta) argmin sum (R_m - V(f_t))^2 over the visited users
 *
 * With credit `user`, R of a taken user is its own, and V is fitted to those.
 */
export const actorCritic: LearnerKind = {
  name: 'actor-critic',
  space: 'action',
  settings: ['learningRate', 'credit', 'baselineDecay'],
  make(features, scorer, config, rng) {
    const { learningRate: alpha = 1, credit, temperature, baselineDecay: beta } = config
    const theta = scorer.start(features.names.length, rng)
    const pi = { features, scorer, theta, temperature }
    const critic = makeCritic(features, beta)
    return {
      ...actionSpace(pi, config.episodes),
      update(episodes) {
        const rewards = episodes.map((episode) =>
          credit === 'set' ? rewardsOfVisited(episode) : rewardsOfTaken(episode),
        )
        critic.fit(rewards.flat())
        const gradient = new Float64Array(theta.length)
        for (const [m, { proposal, walk }] of episodes.entries()) {
          const own = new Map(rewards[m].map(({ k, R }) => [k, R]))
          const A = (k: number, a: number) => {
            const R = own.get(k)
            return R === undefined || (credit === 'user' && a === 0) ? 0 : R - critic.V(k)
          }
          addPolicyGradient(pi, proposal.logits, walk, A, gradient)
        }
        ascend(pi, alpha / episodes.length, gradient)
      },
    }
  },
}

/** The reward R of candidate k. */
interface Reward {
  k: number
  R: number
}

function rewardsOfVisited({ walk, reward }: Episode): Reward[] {
  return Array.from(walk.visited, (k) => ({ k, R: reward }))
}

function rewardsOfTaken({ walk, userReward }: Episode): Reward[] {
  return Array.from(walk.taken, (k) => ({ k, R: userReward[k] })).filter(({ R }) => R !== 0)
}

/** V(f) = phi . f + c; each fit moves phi by 1 - beta towards the least squares, the first all. */
function makeCritic({ names, scaled }: UserFeatures, beta: number) {
  const f = names.length
  const phi = new Float64Array(f + 1)
  let begun = false
  return {
    V(k: number): number {
      let value = phi[f]
      for (let j = 0; j < f; j++) value += phi[j] * scaled[k * f + j]
      return value
    },
    fit(rewards: Reward[]): void {
      const fitted = leastSquares(
        rewards.map(({ k, R }) => ({ f: scaled.subarray(k * f, (k + 1) * f), R })),
        f,
      )
      for (let j = 0; j <= f; j++)
        phi[j] = begun ? beta * phi[j] + (1 - beta) * fitted[j] : fitted[j]
      begun = true
    },
  }
}

/**
 * Weights [f + 1] (last: constant) of the ridge regression of R on f; a ridge of 1e-9 a row keeps
 * constant features solvable.
 */
function leastSquares(rows: { f: Float64Array; R: number }[], f: number): Float64Array {
  const size = f + 1
  const left = Matrix.eye(size, size, 1e-9 * Math.max(1, rows.length))
  const right = Matrix.zeros(size, 1)
  for (const { f: x, R } of rows)
    for (let i = 0; i < size; i++) {
      const xi = i < f ? x[i] : 1
      right.set(i, 0, right.get(i, 0) + xi * R)
      for (let j = 0; j < size; j++) left.set(i, j, left.get(i, j) + xi * (j < f ? x[j] : 1))
    }
  return Float64Array.from(new CholeskyDecomposition(left).solve(right).getColumn(0))
}
