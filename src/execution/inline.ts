import { fileMemo } from '../experiment/memo.js'
import { runTrial } from '../experiment/preset.js'
import { Trial } from '../experiment/trial.js'
import { answersWritten } from '../llm/answer-files.js'
import type { ChatModel } from '../llm/chat-model.js'
import { presets } from '../presets/index.js'
import type { Executor } from '../run/executor.js'
import { makeEngine } from '../two-tower/engines/index.js'
import { interrupted } from './interrupted.js'

/** One seed after the other, in this thread. */
export function inlineExecutor(engineName: string, judge?: ChatModel): Executor {
  return {
    name: 'inline',
    atOnce: 1,
    async run(setup, preset, seeds, { onStep, onTrial, signal, folders }) {
      const engine = makeEngine(engineName)
      const { memo: folder, ...chat } = folders
      const memo = folder === undefined ? undefined : fileMemo(folder)
      for (const seed of seeds) {
        if (signal?.aborted) throw interrupted()
        const trial = new Trial(setup, {
          ...{ engine, seed, judge, signal, memo, ...chat },
          onStep: (taken) => onStep({ ...taken, task: seed }),
        })
        const rows = await runTrial(presets.get(preset), trial)
        await answersWritten()
        onTrial(seed, rows)
      }
    },
  }
}
