import { setMaxListeners } from 'node:events'
import { type MakeProgress, progressBar } from '../util/progress.js'
import { log } from '../util/log.js'
import { toGoOn } from './command-line.js'

/**
 * Aborts on the first Ctrl-C, so that work can be put in order; a second one ends the process at
 * once. For commands that have something to put in order.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController()
  setMaxListeners(0, controller.signal)
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(130)
      controller.abort()
    })
  return controller.signal
}

/**
 * Makes progress bars under which Ctrl-C says what is kept and how to go on, and ends the process.
 * For commands that only compute and store answers: a handler waits for a turn of the event loop,
 * of which a training has none, so that Ctrl-C is obeyed after a step.
 * @param kept - what is kept, in a clause
 */
export function interruptibleBar(kept: string): MakeProgress {
  return (...args) => {
    const bar = progressBar(...args)
    const stop = () => {
      bar.stop()
      log(`understudy: stopped: ${kept}; ${toGoOn()}`)
      process.off('SIGINT', stop)
      process.kill(process.pid, 'SIGINT')
    }
    process.on('SIGINT', stop)
    return {
      ...bar,
      stop() {
        process.off('SIGINT', stop)
        bar.stop()
      },
    }
  }
}
