import { fileMemo, layeredMemo, type Memo } from '../experiment/memo.js'
import { runTrial } from '../experiment/preset.js'
import { Trial } from '../experiment/trial.js'
import { answersWritten } from '../llm/answer-files.js'
import type { ChatModel } from '../llm/chat-model.js'
import type { ChatOptions } from '../llm/model.js'
import { presets } from '../presets/index.js'
import type { Executor } from '../run/executor.js'
import { makeEngine } from '../two-tower/engines/index.js'
import { interrupted } from './interrupted.js'

/** What the trials of an executor share with others, beyond folders. */
export interface InlineOptions extends Pick<ChatOptions, 'elsewhere'> {
  /** Chat model that plays the users. Default: the configured one. */
  judge?: ChatModel
  /** Finished work of others, looked at after that of the folder. */
  memo?: Memo
}

/** One seed after the other, in this thread. */
export function inlineExecutor(
  engineName: string,
  { judge, elsewhere, memo: further }: InlineOptions = {},
): Executor {
  return {
    name: 'inline',
    atOnce: 1,
    async run(setup, preset, seeds, { onStep, onTrial, onIteration, signal, folders }) {
      const engine = makeEngine(engineName)
      const { memo: folder, ...chat } = folders
      const memos = [
        ...(folder === undefined ? [] : [fileMemo(folder)]),
        ...(further ? [further] : []),
      ]
      const memo = memos.length === 0 ? undefined : layeredMemo(memos)
      for (const seed of seeds) {
        if (signal?.aborted) throw interrupted()
        const trial = new Trial(setup, {
          ...{ engine, seed, judge, signal, memo, ...chat, elsewhere },
          onStep: (taken) => onStep({ ...taken, task: seed }),
          onIteration: (progress) => onIteration?.(seed, progress),
        })
        const rows = await runTrial(presets.get(preset), trial)
        await answersWritten()
        onTrial(seed, rows)
      }
    },
  }
}
