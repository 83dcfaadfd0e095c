import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import type { NeededPackage } from './engine-record.js'
import { findPackage, type InstalledPackage } from './installed-package.js'

/** TensorFlow's own library, for Node. */
export const tensorFlowNode: NeededPackage = {
  find: () => findPackage('@tensorflow/tfjs-node'),
  install: 'npm run setup:tfjs-node in the repository, or npm install @tensorflow/tfjs-node@4.22.0',
}

/** TensorFlow in plain JavaScript where its library is not installed. */
export const anyTensorFlow: NeededPackage = {
  find: () =>
    tensorFlowNode.find() ??
    findPackage('@tensorflow/tfjs') ??
    findPackage('@tensorflow/tfjs', '@tensorflow/tfjs-node'),
  install: tensorFlowNode.install,
}

/** Loads a TensorFlow that was found. */
export function loadTensorFlow({ file }: InstalledPackage): TensorFlow {
  // One thread, like the other engines. TensorFlow reads these when its library is loaded.
  process.env.TF_NUM_INTRAOP_THREADS ??= '1'
  process.env.TF_NUM_INTEROP_THREADS ??= '1'
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
  const require = createRequire(file)
  // tfjs-node 4.22 calls two functions that Node 23 took away.
  const util = require('node:util') as Record<string, unknown>
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined
  util['isArray'] ??= Array.isArray
  const tf = require(dirname(file)) as TensorFlow
  // Keeps plain TensorFlow.js from advertising tfjs-node.
  tf.env().set('PROD', true)
  return tf
}

/**
 * The part of TensorFlow.js that engines use or custom losses may need. It is written down here
 * because the package is optional, and its types are missing without it.
 */
export interface TensorFlow {
  /** A tensor [values.length]; default float32. */
  tensor1d(values: ArrayLike<number>, type?: 'float32' | 'int32'): Tensor
  /** A tensor of this shape from row-major values; default float32. */
  tensor2d(values: ArrayLike<number>, shape: [number, number], type?: 'float32' | 'int32'): Tensor
  /** A tensor [] with one number. */
  scalar(value: number): Tensor
  /** A tensor of this shape, all of one value. */
  fill(shape: number[], value: number): Tensor
  /** The identity matrix [size, size]. */
  eye(size: number): Tensor
  /** The matrix product a b, with either transposed first if so wanted. */
  matMul(a: Tensor, b: Tensor, transposeA?: boolean, transposeB?: boolean): Tensor
  /** Rows of a table: [rows.length, ...]. */
  gather(table: Tensor, rows: Tensor): Tensor
  /** Elements of x at these indices [n, rank]: [n]. */
  gatherND(x: Tensor, indices: Tensor): Tensor
  /** Zeros of this shape, with `updates` [n] added at the indices [n, rank]. */
  scatterND(indices: Tensor, updates: Tensor, shape: number[]): Tensor
  /**
   * Sums of the rows of x by segment: [count, ...]; `segments` [rows] names the segment of each
   * row.
   */
  unsortedSegmentSum(x: Tensor, segments: Tensor, count: number): Tensor
  /** Elements of `a` where the condition holds, of `b` elsewhere. */
  where(condition: Tensor, a: Tensor, b: Tensor): Tensor
  /** Softmax over the last axis. */
  softmax(x: Tensor): Tensor
  /** Logarithm of the softmax over the last axis. */
  logSoftmax(x: Tensor): Tensor
  /** A matrix with its axes swapped. */
  transpose(x: Tensor): Tensor
  /** Makes a function that gives the value of `f` and its gradient by each of its tensors. */
  valueAndGrads(
    f: (...tensors: Tensor[]) => Tensor,
  ): (tensors: Tensor[]) => { grads: Tensor[]; value: Tensor }
  /** Does some work, and frees all tensors that it made but did not return. */
  tidy<T>(work: () => T): T
  /** Settings of the library. */
  env(): {
    /** Sets a flag of the library. */
    set(flag: string, value: boolean): void
  }
}

/**
 * A tensor of TensorFlow.js with the operations that losses are written in. Operands of other
 * shapes are broadcast.
 */
export interface Tensor {
  /** Size of each axis. */
  shape: number[]
  /** x + other. */
  add(other: Tensor | number): Tensor
  /** x - other. */
  sub(other: Tensor | number): Tensor
  /** x * other, element by element. */
  mul(other: Tensor | number): Tensor
  /** x / other. */
  div(other: Tensor | number): Tensor
  /** 1 where x = other, else 0. */
  equal(other: Tensor | number): Tensor
  /** 1 where both are not 0. */
  logicalAnd(other: Tensor): Tensor
  /** max(x, other). */
  maximum(other: Tensor | number): Tensor
  /** min(x, other). */
  minimum(other: Tensor | number): Tensor
  /** Square root of x. */
  sqrt(): Tensor
  /** e^x. */
  exp(): Tensor
  /** Natural logarithm of x. */
  log(): Tensor
  /** x|. */
  abs(): Tensor
  /** max(0, x). */
  relu(): Tensor
  /** 1 / (1 + e^-x). */
  sigmoid(): Tensor
  /** x^2. */
  square(): Tensor
  /** -x. */
  neg(): Tensor
  /** ln(1 + e^x). */
  softplus(): Tensor
  /** Sum over one axis; over all where none is named. */
  sum(axis?: number): Tensor
  /** Mean over all elements. */
  mean(): Tensor
  /** x with one more axis, of size 1, at this place. */
  expandDims(axis: number): Tensor
  /** x in another shape of as many elements. */
  reshape(shape: number[]): Tensor
  /** The elements, row-major; waits for them. */
  dataSync(): Float32Array
  /** Frees the memory. */
  dispose(): void
}
