import { shuffle, type Stream } from '../util/random.js'
import { nthSmallest } from '../util/statistics.js'
import { range } from '../util/typed.js'

/** Positions of the `n` highest values, highest first, ties by position; NaN comes last. */
export function topPositions(values: ArrayLike<number>, n: number): Int32Array {
  const keys = Float64Array.from(values)
  for (let k = 0; k < keys.length; k++) if (Number.isNaN(keys[k])) keys[k] = -Infinity
  // The n-th value tells who can be among the first, so that only those few are sorted.
  const least = n < keys.length ? nthSmallest(keys, keys.length - Math.max(n, 1)) : -Infinity
  const able: number[] = []
  for (let k = 0; k < keys.length; k++) if (keys[k] >= least) able.push(k)
  return Int32Array.from(able.sort((a, b) => compare(keys[b], keys[a]) || a - b).slice(0, n))
}

/** -Infinity equals itself, which a subtraction would not give. */
function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** 1 / (1 + e^-x) */
export const sigmoid = (x: number) => 1 / (1 + Math.exp(-x))

/** Decisions of a walk over the candidates, each taken or refused in turn. */
export interface Walk {
  /** Positions of the candidates that were taken, in order [budget]. */
  taken: Int32Array
  /**
   * Position of the candidate of each decision, in order [t]; one that was refused may come again.
   */
  visited: Int32Array
  /** Each decision: 1 = take, 0 = refuse [t]. */
  accepted: Uint8Array
}

/**
 * Walks the candidates by descending logit (equal logits in random order) and takes each with
 * probability sigmoid(logit / temperature), until the budget is filled; if it is not at the end of
 * a round, another round visits those not taken (section 4.2 of the paper). After `maxRounds` the
 * rest is taken in logit order, so that probabilities near 0 cannot make the walk endless.
 * @param logits - logits of the candidates [n]
 */
export function sampleWalk(
  logits: Float64Array,
  budget: number,
  temperature: number,
  rng: Stream,
  maxRounds = 100,
): Walk {
  const taken: number[] = []
  const visited: number[] = []
  const accepted: number[] = []
  let open = Array.from(shuffle(range(logits.length), rng).sort((a, b) => logits[b] - logits[a]))
  for (let round = 0; round < maxRounds && taken.length < budget; round++) {
    const left: number[] = []
    for (const [t, k] of open.entries()) {
      if (taken.length === budget) {
        left.push(...open.slice(t))
        break
      }
      const accept = rng.uniform() < sigmoid(logits[k] / temperature)
      visited.push(k)
      accepted.push(Number(accept))
      if (accept) taken.push(k)
      else left.push(k)
    }
    open = left
  }
  taken.push(...open.slice(0, Math.max(0, budget - taken.length)))
  return {
    taken: Int32Array.from(taken),
    visited: Int32Array.from(visited),
    accepted: Uint8Array.from(accepted),
  }
}
