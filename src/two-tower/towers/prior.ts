import { InputError } from '../../util/errors.js'
import type { TwoTowerModel } from '../engine.js'
import { type GradedPairs, gradedPairs, type Preference } from '../pairs.js'
import { bestOnValidation, type TowerInput } from './tower.js'

/** Strengths of the prior that validation chooses from; each fit begins at the one before. */
export const priorStrengths = [Infinity, 100, 30, 10, 3, 1]

/**
 * Fits pairs on top of a model that places cold items, with answers graded by their margins.
 * Validation recall chooses the strength of the prior, and "no pairs" is one of the choices.
 */
export function onTopOf(
  input: Pick<TowerInput, 'validationRecall'>,
  prior: TwoTowerModel,
  pairs: readonly Preference[],
): TwoTowerModel {
  if (pairs.length === 0) return prior
  const graded = gradedPairs(pairs)
  return bestOnValidation(input, priorStrengths, (strength, before?: TwoTowerModel) =>
    fitWithPrior(prior, graded, strength, before),
  )
}

const iterations = 25

/**
 * Fits the items of pairs on top of a model that has placed them: the maximum a posteriori of the
 * pairs under a Gaussian prior around the items' vectors in `prior`,
 *
 *   minimise sum_k weight_k H(target_k, sigmoid(u_k . (v_chosen - v_rejected)))
 *       + strength / 2 sum_i |v_i - prior_i|^2
 *
 * H is the cross-entropy, nats. Users and all other items stay. Solved by gradient steps of 1 /
 * L_i on each item, where L_i bounds its curvature (each pair moves two items, hence 2 * 1/4
 * |u|^2).
 * @param strength - of the prior, positive; Infinity gives the prior itself
 * @param from - where to start, e.g. the solution for a stronger prior; default: the prior
 * @returns a new model
 * @throws InputError for a strength that is not positive
 */
export function fitWithPrior(
  prior: TwoTowerModel,
  pairs: GradedPairs,
  strength: number,
  from = prior,
): TwoTowerModel {
  if (!(strength > 0))
    throw new InputError(`the prior's strength is ${strength}; it must be positive`)
  const items = prior.items.slice()
  const model = { ...prior, items }
  if (pairs.user.length === 0 || strength === Infinity) return model
  const { dim, users } = prior
  const touched = Int32Array.from(new Set([...pairs.chosen, ...pairs.rejected]))
  const row = new Map(Array.from(touched, (item, k) => [item, k]))
  const [chosen, rejected] = [
    pairs.chosen.map((item) => row.get(item)!),
    pairs.rejected.map((item) => row.get(item)!),
  ]
  const rowsOf = (model: TwoTowerModel) =>
    Float64Array.from(
      { length: touched.length * dim },
      (_, k) => model.items[touched[Math.floor(k / dim)] * dim + (k % dim)],
    )
  const centre = rowsOf(prior)
  const v = rowsOf(from)
  const step = stepSizes(prior, pairs, chosen, rejected, touched.length, strength)
  const gradient = new Float64Array(v.length)
  for (let iteration = 0; iteration < iterations; iteration++) {
    for (let k = 0; k < v.length; k++) gradient[k] = strength * (v[k] - centre[k])
    for (let p = 0; p < chosen.length; p++) {
      const [u, a, b] = [pairs.user[p] * dim, chosen[p] * dim, rejected[p] * dim]
      let score = 0
      for (let d = 0; d < dim; d++) score += users[u + d] * (v[a + d] - v[b + d])
      const error =
        (pairs.weight?.[p] ?? 1) * (1 / (1 + Math.exp(-score)) - (pairs.target?.[p] ?? 1))
      for (let d = 0; d < dim; d++) {
        gradient[a + d] += error * users[u + d]
        gradient[b + d] -= error * users[u + d]
      }
    }
    for (let k = 0; k < v.length; k++) v[k] -= step[Math.floor(k / dim)] * gradient[k]
  }
  for (let k = 0; k < v.length; k++) items[touched[Math.floor(k / dim)] * dim + (k % dim)] = v[k]
  return model
}

function stepSizes(
  { dim, users }: TwoTowerModel,
  pairs: GradedPairs,
  chosen: Int32Array,
  rejected: Int32Array,
  rows: number,
  strength: number,
): Float64Array {
  const curvature = new Float64Array(rows).fill(strength)
  for (let p = 0; p < chosen.length; p++) {
    let square = 0
    for (let d = 0; d < dim; d++) square += users[pairs.user[p] * dim + d] ** 2
    for (const k of [chosen[p], rejected[p]])
      curvature[k] += ((pairs.weight?.[p] ?? 1) * square) / 2
  }
  return curvature.map((L) => 1 / L)
}
