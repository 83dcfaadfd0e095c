/**
 * A gathered batch in the kernel's memory; rows have `stride` floats, of which the last may be
 * padding.
 */
export interface Batch {
  stride: number
  /** Rows of users and of items [B, stride]. */
  U: Float32Array
  V: Float32Array
  /** -log q of each column [B]. */
  bias: Float32Array
  /** Accidental hits: places (i, j) as int64 [n, 2]. */
  hits: BigInt64Array
  /**
   * To be written: softmax probability of each row's own column [B], and dU = P V - V, dV = P^T U -
   * U [B, stride].
   */
  probability: Float32Array
  dU: Float32Array
  dV: Float32Array
}

/** Makes a function that writes rows from .. from + rows of A [m, k] times B [k, n] to `out`. */
export type Product = (
  A: Float32Array,
  out: Float32Array,
  k: number,
) => (from: number, rows: number, B: Float32Array, n: number) => void

/**
 * The dense part of an engine, done elsewhere than in the kernel. Views stay valid until the next
 * call of the engine.
 */
export interface DenseCore {
  /** Users whose scores for all items are held at once. */
  blockRows: number
  /**
   * Makes a function that does one step: in-batch softmax of the first `size` rows, of which
   * `numHits` places are masked.
   */
  softmax(batch: Batch, temperature: number): (size: number, numHits: number) => void
  product: Product
}
