import { Lab } from '../experiment/lab.js'
import { fileMemo, noMemo } from '../experiment/memo.js'
import { presetByName } from '../experiment/presets/index.js'
import type { Executor } from '../experiment/run.js'
import { type EngineName, makeEngine } from '../two-tower/engines/index.js'

/** One seed after the other, in this thread. */
export function inlineExecutor(engineName: EngineName): Executor {
  return {
    name: 'inline',
    async run(materials, preset, seeds, { onStep, onTrial, signal, folders }) {
      const engine = makeEngine(engineName)
      const { memo: folder, ...chat } = folders
      const memo = folder === undefined ? noMemo : fileMemo(folder)
      for (const seed of seeds) {
        signal?.throwIfAborted()
        onTrial(seed, await presetByName(preset).run(new Lab(materials, engine, seed, { signal, memo, ...chat }), onStep))
      }
    },
  }
}
