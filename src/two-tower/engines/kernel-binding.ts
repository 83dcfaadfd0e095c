import { readFileSync } from 'node:fs'
import { ExecutionError } from '../../util/errors.js'
import { Arena } from './memory.js'

/** The exports of assembly/kernel.ts; all pointers are byte addresses. */
export interface Kernel {
  bindTable(
    ofItems: boolean,
    records: number,
    slots: number,
    touched: number,
    gradients: number,
  ): void
  bindBatch(
    U: number,
    V: number,
    VT: number,
    dU: number,
    dV: number,
    S: number,
    bias: number,
    probability: number,
    tile: number,
    lastPlace: number,
    samePlace: number,
  ): void
  bindData(logQ: number): void
  bindBags(start: number, token: number): void
  bindPairs(user: number, chosen: number, rejected: number, weights: number): void
  configure(
    dim: number,
    temperature: number,
    rate: number,
    weight: number,
    pairsMoveUsers: boolean,
  ): void
  gather(userOf: number, itemOf: number, size: number, pairBatch: number, numPairs: number): void
  softmax(): void
  accidentalHits(hits: number, most: number): number
  softmaxLossOf(): void
  scatter(scale: number): void
  update(): void
  fit(order: number, n: number, batchSize: number, measured: number): void
  softmaxLoss(): number
  pairLoss(): number
  resetLosses(): void
  touchedRows(ofItems: boolean): number
  transposed(from: number, rows: number, cols: number, to: number): void
  product(A: number, m: number, B: number, n: number, k: number, out: number): void
  bindTopK(k: number, keys: number, sorted: number, waiting: number, bound: number): void
  offer(
    block: number,
    from: number,
    rows: number,
    column: number,
    width: number,
    count: number,
    outStart: number,
    out: number,
  ): void
  ranked(from: number, rows: number, positions: number, scores: number): void
  places(...operands: number[]): void
}

/** An instance of the kernel with its memory. */
export interface LoadedKernel {
  kernel: Kernel
  /** An arena over the whole memory; one a call of the engine. */
  arena(): Arena
}

/** Candidates of a row that wait to be sorted in by `offer`, as the kernel has it. */
export const waitingKeys = 16

let compiled: WebAssembly.Module | undefined

/** Makes an instance; one a thread. */
export function loadKernel(): LoadedKernel {
  compiled ??= new WebAssembly.Module(readFileSync(new URL('./kernel.wasm', import.meta.url)))
  const memory = new WebAssembly.Memory({ initial: 16, maximum: 65536 })
  const abort = () => {
    throw new ExecutionError('the WebAssembly kernel stopped')
  }
  const kernel = new WebAssembly.Instance(compiled, { env: { memory, abort } })
    .exports as unknown as Kernel & { heapBase(): number }
  return { kernel, arena: () => new Arena(memory, kernel.heapBase()) }
}
