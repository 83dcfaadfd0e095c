import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { ConfigError } from '../../util/errors.js'
import type { TwoTowerConfig } from '../config.js'
import type { Engine } from '../engine.js'
import { autodiffEngine, type Losses, twoTowerLosses } from './autodiff.js'
import { onnxEngine, onnxProduct } from './onnx.js'
import { findPackage, type OptionalPackage } from './optional.js'
import type { TensorFlow } from './tensorflow.js'
import { tfjsEngine } from './tfjs.js'
import { wasmEngine } from './wasm.js'

/**
 * `wasm` = WebAssembly, everywhere, the same bits everywhere; `onnx` = products and softmax in onnxruntime-node; `tfjs` = the
 * same in @tensorflow/tfjs-node; `tfjs-autodiff` = gradients by TensorFlow's autodiff, in plain @tensorflow/tfjs where tfjs-node is missing.
 */
export const engineNames = ['wasm', 'onnx', 'tfjs', 'tfjs-autodiff'] as const

export type EngineName = (typeof engineNames)[number]

const missing = {
  onnx: 'npm install onnxruntime-node@1.30',
  tfjs: 'npm run setup:tfjs-node in the repository, or npm install @tensorflow/tfjs-node@4.22.0',
  'tfjs-autodiff': 'npm run setup:tfjs-node in the repository, or npm install @tensorflow/tfjs-node@4.22.0',
}

const packageOf = {
  onnx: () => findPackage('onnxruntime-node'),
  tfjs: () => findPackage('@tensorflow/tfjs-node'),
  'tfjs-autodiff': () => findPackage('@tensorflow/tfjs-node') ?? findPackage('@tensorflow/tfjs') ?? findPackage('@tensorflow/tfjs', '@tensorflow/tfjs-node'),
}

/** One engine a thread. @throws ConfigError that says how to install what is missing */
export function makeEngine(name: EngineName): Engine {
  if (name === 'wasm') return wasmEngine()
  if (name === 'tfjs-autodiff') return engineWithLosses('two-tower')
  return load(name, (found) => (name === 'onnx' ? onnxEngine(found) : tfjsEngine(loadTensorFlow(found), found.version)))
}

/**
 * An engine that trains by other losses, which TensorFlow differentiates: to try an idea, before anybody writes its gradients.
 * @param name - what results name it by
 * @param losses - replaces one of the two, or both
 * @throws ConfigError that says how to install what is missing
 * @example
 * // A hinge where BPR has a softplus.
 * const engine = engineWithLosses('hinge', () => ({
 *   pair: ({ u, chosen, rejected, weight }) => u.mul(chosen.sub(rejected)).sum(1).neg().add(1).relu().mul(weight).mean(),
 * }))
 */
export function engineWithLosses(name: string, losses: (tf: TensorFlow) => Partial<Losses> = () => ({})): Engine {
  return load('tfjs-autodiff', (found) => {
    const tf = loadTensorFlow(found)
    const label = name === 'two-tower' ? found.version : `${found.version}, losses ${name}`
    return autodiffEngine(tf, label, { ...twoTowerLosses(tf), ...losses(tf) })
  })
}

function load(name: Exclude<EngineName, 'wasm'>, make: (found: OptionalPackage) => Engine): Engine {
  const found = packageOf[name]()
  if (!found) throw new ConfigError(`the engine ${name} is not installed: ${missing[name]}`)
  try {
    return make(found)
  } catch (error) {
    throw new ConfigError(`the engine ${name} cannot be loaded (${(error as Error).message.split('\n')[0]}); install it anew: ${missing[name]}`, { cause: error })
  }
}

/** Batches from which `onnx` is worth giving up the same bits on every machine. */
const largeBatch = 256

/** What `auto` means here, and why. */
export function chooseEngine(name: EngineName | 'auto', { batchSize }: TwoTowerConfig): { name: EngineName; reason: string } {
  if (name !== 'auto') return { name, reason: 'as asked for' }
  const onnx = packageOf.onnx()
  if (batchSize < largeBatch) return { name: 'wasm', reason: `batches of ${batchSize} are small; the same bits on every machine` }
  if (!onnx) return { name: 'wasm', reason: `for batches of ${batchSize} onnx would be faster: ${missing.onnx}` }
  return { name: 'onnx', reason: `onnxruntime-node ${onnx.version} is installed, and faster for batches of ${batchSize}` }
}

/** Engines that can be made here. */
export function installedEngines(): EngineName[] {
  return engineNames.filter((name) => name === 'wasm' || packageOf[name]() !== undefined)
}

/** The best product of n x n matrices that is installed, one thread: the measure of how much of the machine a step uses. */
export function largestProduct(n: number): { name: string; multiply: () => void } | undefined {
  const found = packageOf.onnx()
  return found && { name: `onnx ${found.version}`, multiply: onnxProduct(found, n) }
}

function loadTensorFlow({ file }: OptionalPackage): TensorFlow {
  // As the other engines: one thread a seed. TensorFlow reads these when its library is loaded.
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
