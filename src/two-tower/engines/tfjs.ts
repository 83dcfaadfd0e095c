import type { Engine } from '../engine.js'
import type { EngineRecord } from './engine-record.js'
import { kernelEngine } from './kernel-engine.js'
import { loadTensorFlow, type TensorFlow, tensorFlowNode } from './tensorflow.js'

/** Products and softmax in @tensorflow/tfjs-node. */
export const tfjs: EngineRecord = {
  name: 'tfjs',
  needs: tensorFlowNode,
  make: (found) => tfjsEngine(loadTensorFlow(found), found.version),
}

/** Scores of accidental hits: their probability is exactly 0. */
const masked = -1e30

/**
 * The dense part in TensorFlow with gradients written by hand: autodiff over whole tables is many
 * times slower. Repeats itself bit by bit on one machine; another machine may differ in the last
 * digits.
 */
function tfjsEngine(tf: TensorFlow, version: string): Engine {
  return kernelEngine(`tfjs ${version}`, {
    blockRows: 128,

    softmax({ stride, U, V, bias, hits, probability, dU, dV }, temperature) {
      const places = new Int32Array(hits.buffer, hits.byteOffset, 2 * hits.length)
      return (size, numHits) =>
        tf.tidy(() => {
          const [u, v] = [U, V].map((rows) =>
            tf.tensor2d(rows.subarray(0, size * stride), [size, stride]),
          )
          const scores = tf
            .matMul(u.div(temperature), v, false, true)
            .add(tf.tensor1d(bias.subarray(0, size)))
          // The low halves of the int64 places.
          const at = tf.tensor2d(
            Int32Array.from({ length: 2 * numHits }, (_, k) => places[2 * k]),
            [numHits, 2],
            'int32',
          )
          const P = tf.softmax(
            numHits === 0
              ? scores
              : scores.add(tf.scatterND(at, tf.fill([numHits], masked), [size, size])),
          )
          const own = Int32Array.from({ length: 2 * size }, (_, k) => k >> 1)
          probability.set(tf.gatherND(P, tf.tensor2d(own, [size, 2], 'int32')).dataSync())
          dU.set(tf.matMul(P, v).sub(v).dataSync())
          // A transpose flag on the large operand costs more than the product.
          dV.set(
            tf
              .transpose(tf.matMul(u, P, true))
              .sub(u)
              .dataSync(),
          )
        })
    },

    product(A, out, k) {
      return (from, rows, B, n) =>
        tf.tidy(() =>
          out.set(
            tf
              .matMul(
                tf.tensor2d(A.subarray(from * k, (from + rows) * k), [rows, k]),
                tf.tensor2d(B, [k, n]),
              )
              .dataSync(),
          ),
        )
    },
  })
}
