import type { Engine } from '../engine.js'
import type { EngineRecord } from './engine-record.js'
import { kernelEngine } from './kernel-engine.js'

/** WebAssembly: in the package, and the same bits everywhere. */
export const wasm: EngineRecord = {
  name: 'wasm',
  make: wasmEngine,
  auto: ({ batchSize }) => `batches of ${batchSize} are small; the same bits on every machine`,
}

/**
 * Makes the default engine: WebAssembly SIMD128 without relaxed SIMD or fused multiply-add, so the
 * same bits on every machine. Make one in each thread.
 */
export function wasmEngine(): Engine {
  return kernelEngine('wasm')
}
