import { CholeskyDecomposition, Matrix } from 'ml-matrix'
import type { MakeLearner } from '../learner.js'
import { actionSpace, addPolicyGradient } from '../policy-gradient.js'

/**
 * Actor-critic (Sutton and Barto 2018, section 13.5, one step): a value on features, V(f) = phi . f + c, is the baseline
 *
 *   theta += alpha / M * sum_m sum_t A_t grad log pi(a_t | f_t),   A_t = R_m - V(f_t)
 *   phi: least squares of R_m on f_t over the visited users of this iteration, moved to by 1 - beta
 *
 * With credit `user`, R of a taken user is its own, and V is fitted to those.
 */
export const actorCritic: MakeLearner = (features, scorer, config, rng) => {
  const { learningRate: alpha = 1, credit, temperature, baselineDecay: beta } = config
  const { names, scaled } = features
  const f = names.length
  const theta = scorer.start(f, rng)
  const phi = new Float64Array(f + 1)
  let begun = false
  const V = (k: number) => {
    let value = phi[f]
    for (let j = 0; j < f; j++) value += phi[j] * scaled[k * f + j]
    return value
  }
  return {
    ...actionSpace(features, scorer, theta, config),
    update(episodes) {
      const seen = episodes.map(({ walk, reward, userReward }) => {
        if (credit === 'set') return Array.from(walk.visited, (k) => ({ k, R: reward }))
        return Array.from(walk.taken, (k) => ({ k, R: userReward[k] })).filter(({ R }) => R !== 0)
      })
      const fitted = leastSquares(seen.flat().map(({ k, R }) => ({ f: scaled.subarray(k * f, (k + 1) * f), R })), f)
      for (let j = 0; j <= f; j++) phi[j] = begun ? beta * phi[j] + (1 - beta) * fitted[j] : fitted[j]
      begun = true
      const gradient = new Float64Array(theta.length)
      for (const [m, { proposal, walk }] of episodes.entries()) {
        const own = new Map(seen[m].map(({ k, R }) => [k, R]))
        const advantage = (k: number, a: number) => {
          const R = own.get(k)
          return R === undefined || (credit === 'user' && a === 0) ? 0 : R - V(k)
        }
        addPolicyGradient(features, scorer, theta, { logits: proposal.logits, walk }, advantage, temperature, gradient)
      }
      for (let j = 0; j < theta.length; j++) theta[j] += (alpha / episodes.length) * gradient[j]
    },
  }
}

/** Weights [f + 1] (last: constant) of the ridge regression of R on f; a ridge of 1e-9 a row keeps constant features solvable. */
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
