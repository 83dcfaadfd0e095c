import type { Engine } from '../engine.js'
import { kernelEngine } from './kernel-engine.js'

/** WebAssembly SIMD128 (no relaxed SIMD, no fused multiply-add): the same bits on every machine. One instance a thread. */
export function wasmEngine(): Engine {
  return kernelEngine('wasm')
}
