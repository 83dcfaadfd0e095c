import { shuffle, stream } from '../util/random.js'
import { range } from '../util/typed.js'
import type { TwoTowerConfig } from './config.js'
import type { Pairs, TrainingData, TrainingPlan, TwoTowerModel } from './engine.js'

/** Numbers of rows of the two embedding tables. */
export interface ModelShape {
  /** Rows of the user table. */
  numUsers: number
  /** Rows of the item table; with bags, number of tokens. */
  numItems: number
}

/**
 * Draws the random part of a training: initial embeddings N(0, initStd^2), and the order of
 * interactions and pairs. Start and order of the interactions are the same with and without pairs,
 * so a difference between two trainings comes from the pairs.
 * @param seed - the same seed gives the same plan
 */
export function planTraining(
  data: TrainingData,
  pairs: Pairs,
  shape: ModelShape,
  config: TwoTowerConfig,
  seed: number,
): TrainingPlan {
  const numInteractions = data.item.length
  const numPairs = pairs.user.length
  const pairsPerStep = Math.min(Math.ceil(config.batchSize / 4), numPairs)
  const steps = Math.ceil(numInteractions / config.batchSize)
  const nextPairs = endless(numPairs, seed)
  return {
    init: initialModel(shape, config, seed),
    order: (epoch) => shuffle(range(numInteractions), stream(seed, 'order', epoch)),
    pairOrder: (epoch) => nextPairs(epoch * steps * pairsPerStep, steps * pairsPerStep),
    pairsPerStep,
  }
}

/**
 * Draws the order of the pairs of a proxy training [epochs * numPairs]: every epoch is a new
 * shuffle.
 */
export function planFit(pairs: Pairs, config: TwoTowerConfig, seed: number): Int32Array {
  const numPairs = pairs.user.length
  return endless(numPairs, seed)(0, config.proxy.epochs * numPairs)
}

/**
 * Natural log of each item's share of the interactions [numItems], for the logQ correction of the
 * in-batch softmax. An item without any counts as one interaction.
 */
export function logQ(item: Int32Array, numItems: number): Float32Array {
  const count = new Int32Array(numItems)
  for (const i of item) count[i]++
  return Float32Array.from(count, (n) => Math.log(Math.max(n, 1) / item.length))
}

function initialModel(
  { numUsers, numItems }: ModelShape,
  { dim, initStd }: TwoTowerConfig,
  seed: number,
): TwoTowerModel {
  const draw = (numRows: number, table: string) => {
    const rng = stream(seed, 'init', table)
    const values = new Float32Array(numRows * dim)
    for (let k = 0; k < values.length; k++) values[k] = rng.normal() * initStd
    return values
  }
  return { dim, users: draw(numUsers, 'users'), items: draw(numItems, 'items') }
}

/**
 * The sequence shuffle 0 of 0..n-1, shuffle 1, shuffle 2, ... without an end; entries [from, from +
 * count).
 */
function endless(n: number, seed: number): (from: number, count: number) => Int32Array {
  return (from, count) => {
    const out = new Int32Array(count)
    let pass = -1
    let order: Int32Array = new Int32Array(0)
    for (let k = 0; k < count; k++) {
      const at = from + k
      if (Math.floor(at / n) !== pass) {
        pass = Math.floor(at / n)
        order = shuffle(range(n), stream(seed, 'pairs', pass))
      }
      out[k] = order[at % n]
    }
    return out
  }
}
