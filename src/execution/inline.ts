import { Lab } from '../experiment/lab.js'
import { fileMemo, noMemo } from '../experiment/memo.js'
import { presetByName } from '../experiment/presets/index.js'
import type { Executor } from '../experiment/run.js'
import { wasmEngine } from '../two-tower/engines/wasm.js'

/** One seed after the other, in this thread. */
export const inlineExecutor: Executor = {
  name: 'inline',
  async run(materials, preset, seeds, { onStep, onTrial, signal, folders }) {
    const engine = wasmEngine()
    const { memo: folder, ...chat } = folders
    const memo = folder === undefined ? noMemo : fileMemo(folder)
    for (const seed of seeds) {
      signal?.throwIfAborted()
      onTrial(seed, await presetByName(preset).run(new Lab(materials, engine, seed, { signal, memo, ...chat }), onStep))
    }
  },
}
