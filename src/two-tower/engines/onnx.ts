import { createRequire } from 'node:module'
import type { Engine } from '../engine.js'
import type { EngineRecord, NeededPackage } from './engine-record.js'
import { kernelEngine } from './kernel-engine.js'
import { type Graph, onnxModel } from './onnx-graph.js'
import { findPackage, type InstalledPackage } from './installed-package.js'

const runtime: NeededPackage = {
  find: () => findPackage('onnxruntime-node'),
  install: 'npm install onnxruntime-node@1.30',
}

/** Batches from which it is worth giving up the same bits on every machine. */
const largeBatch = 256

/** Products and softmax in onnxruntime-node. */
export const onnx: EngineRecord = {
  name: 'onnx',
  needs: runtime,
  make: onnxEngine,
  auto({ batchSize }) {
    if (batchSize < largeBatch) return undefined
    const found = runtime.find()
    return found
      ? `onnxruntime-node ${found.version} is installed, and faster for batches of ${batchSize}`
      : `for batches of ${batchSize} onnx would be faster: ${runtime.install}`
  },
}

type Numbers = Float32Array | BigInt64Array

interface Tensor {
  data: Numbers
}

/**
 * The part of onnxruntime-node that is used: its native session, which runs in the calling thread,
 * where the public one gives a promise for every step.
 */
interface Runtime {
  initOrt(): void
  binding: {
    InferenceSession: new () => {
      loadModel(buffer: ArrayBufferLike, offset: number, length: number, options: object): void
      run(
        feeds: Record<string, Tensor>,
        fetches: Record<string, Tensor>,
        options: object,
      ): Record<string, Tensor>
    }
  }
}

type MakeTensor = new (type: string, data: Numbers, dims: number[]) => Tensor

/** Scores of accidental hits: their probability is exactly 0. */
const masked = -1e30

/** One thread, as the other engines: seeds run side by side, not parts of a step. */
const sessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
  graphOptimizationLevel: 'all',
}

/**
 * The dense part in ONNX Runtime, for large batches and dimensions. Repeats itself bit by bit on
 * one machine; another machine may differ in the last digits.
 */
function onnxEngine(found: InstalledPackage): Engine {
  const { load, tensor } = loadRuntime(found)
  return kernelEngine(`onnx ${found.version}`, {
    blockRows: 128,

    softmax({ stride, U, V, bias, hits, probability, dU, dV }, temperature) {
      const session = load(softmaxGraph(temperature))
      const penalty = new Float32Array(hits.length / 2).fill(masked)
      // A training has two sizes of batch: the whole one, and the last.
      const tensorsOf = new Map<
        number,
        { feeds: Record<string, Tensor>; fetches: Record<string, Tensor> }
      >()
      const tensors = (size: number) => {
        const rows = (values: Float32Array) =>
          tensor(values.subarray(0, size * stride), size, stride)
        const own = BigInt64Array.from({ length: size }, (_, i) => BigInt(i))
        return {
          feeds: {
            U: rows(U),
            V: rows(V),
            bias: tensor(bias.subarray(0, size), size),
            own: tensor(own, size, 1),
          },
          fetches: {
            dU: rows(dU),
            dV: rows(dV),
            probability: tensor(probability.subarray(0, size), size, 1),
          },
        }
      }
      return (size, numHits) => {
        const { feeds, fetches } = tensorsOf.get(size) ?? tensors(size)
        if (!tensorsOf.has(size)) tensorsOf.set(size, { feeds, fetches })
        session.run(
          {
            ...feeds,
            hits: tensor(hits.subarray(0, 2 * numHits), numHits, 2),
            penalty: tensor(penalty.subarray(0, numHits), numHits),
          },
          fetches,
          {},
        )
      }
    },

    product(A, out, k) {
      const session = load(productGraph)
      return (from, rows, B, n) =>
        session.run(
          { A: tensor(A.subarray(from * k, (from + rows) * k), rows, k), B: tensor(B, k, n) },
          { C: tensor(out.subarray(0, rows * n), rows, n) },
          {},
        )
    },
  })
}

/**
 * The best product of n x n matrices that is installed, one thread: the measure of how much of the
 * machine a step uses. Undefined where there is no onnxruntime-node.
 */
export function largestProduct(n: number): { name: string; multiply: () => void } | undefined {
  const found = runtime.find()
  if (!found) return undefined
  const { load, tensor } = loadRuntime(found)
  const session = load(productGraph)
  const [A, B, C] = [0.5, 0.25, 0].map((value) => tensor(new Float32Array(n * n).fill(value), n, n))
  return { name: `onnx ${found.version}`, multiply: () => session.run({ A, B }, { C }, {}) }
}

function loadRuntime({ file }: InstalledPackage) {
  const require = createRequire(file)
  const { initOrt, binding } = require('./dist/binding.js') as Runtime
  const { Tensor } = require('onnxruntime-common') as { Tensor: MakeTensor }
  initOrt()
  return {
    load(graph: Graph) {
      const session = new binding.InferenceSession()
      const model = onnxModel(graph)
      session.loadModel(model.buffer, model.byteOffset, model.byteLength, sessionOptions)
      return session
    },
    tensor: (data: Numbers, ...dims: number[]) =>
      new Tensor(data instanceof BigInt64Array ? 'int64' : 'float32', data, dims),
  }
}

/**
 * P = softmax(U V^T / T + bias) with its hits masked; the probabilities of the own columns; dU = P
 * V - V; dV = P^T U - U.
 */
function softmaxGraph(temperature: number): Graph {
  return {
    inputs: [
      { name: 'U', type: 'float32', shape: ['B', 'D'] },
      { name: 'V', type: 'float32', shape: ['B', 'D'] },
      { name: 'bias', type: 'float32', shape: ['B'] },
      { name: 'own', type: 'int64', shape: ['B', 1] },
      { name: 'hits', type: 'int64', shape: ['N', 2] },
      { name: 'penalty', type: 'float32', shape: ['N'] },
    ],
    nodes: [
      {
        op: 'Gemm',
        inputs: ['U', 'V', 'bias'],
        outputs: ['scores'],
        floats: { alpha: 1 / temperature },
        ints: { transB: 1 },
      },
      { op: 'ScatterND', inputs: ['scores', 'hits', 'penalty'], outputs: ['kept'] },
      { op: 'Softmax', inputs: ['kept'], outputs: ['P'], ints: { axis: 1 } },
      { op: 'GatherElements', inputs: ['P', 'own'], outputs: ['probability'], ints: { axis: 1 } },
      { op: 'Gemm', inputs: ['P', 'V', 'V'], outputs: ['dU'], floats: { beta: -1 } },
      {
        op: 'Gemm',
        inputs: ['P', 'U', 'U'],
        outputs: ['dV'],
        floats: { beta: -1 },
        ints: { transA: 1 },
      },
    ],
    outputs: [
      { name: 'probability', type: 'float32', shape: ['B', 1] },
      { name: 'dU', type: 'float32', shape: ['B', 'D'] },
      { name: 'dV', type: 'float32', shape: ['B', 'D'] },
    ],
  }
}

const productGraph: Graph = {
  inputs: [
    { name: 'A', type: 'float32', shape: ['M', 'K'] },
    { name: 'B', type: 'float32', shape: ['K', 'N'] },
  ],
  nodes: [{ op: 'MatMul', inputs: ['A', 'B'], outputs: ['C'] }],
  outputs: [{ name: 'C', type: 'float32', shape: ['M', 'N'] }],
}
