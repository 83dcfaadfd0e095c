import type { Tensor, TensorFlow } from './tensorflow.js'

/**
 * The two losses of a training step as TensorFlow differentiates them, for B interactions, P pairs
 * and dimension D. What is minimised is softmax + pairWeight * pair; both are scalars in nats.
 */
export interface Losses {
  /**
   * Loss of the interactions, from the vectors of users U and items V [B, D], the item indices
   * `item` [B] and `logQ` [B].
   */
  softmax(batch: Record<'U' | 'V' | 'item' | 'logQ', Tensor>, temperature: number): Tensor
  /**
   * Loss of the pairs, from the vectors of users u, chosen items and rejected items [P, D], and the
   * weights [P].
   */
  pair(pairs: Record<'u' | 'chosen' | 'rejected' | 'weight', Tensor>): Tensor
}

/**
 * In-batch softmax with logQ correction, accidental hits masked, and BPR: the formula of `Engine`.
 */
export function twoTowerLosses(tf: TensorFlow): Losses {
  return {
    softmax({ U, V, item, logQ }, temperature) {
      const scores = tf.matMul(U, V, false, true).div(temperature).sub(logQ)
      const own = tf.eye(item.shape[0])
      const hits = item.expandDims(1).equal(item).logicalAnd(own.equal(0))
      return tf
        .logSoftmax(tf.where(hits, tf.fill(scores.shape, -1e30), scores))
        .mul(own)
        .sum()
        .div(-item.shape[0])
    },
    pair({ u, chosen, rejected, weight }) {
      return u.mul(chosen.sub(rejected)).sum(1).neg().softplus().mul(weight).mean()
    },
  }
}
