import { setMaxListeners } from 'node:events'

/**
 * Aborts on the first Ctrl-C, so that work can be put in order; a second one ends the process at
 * once. For commands that have something to put in order: a handler waits for a turn of the event
 * loop, of which a training has none, so commands that only compute and store answers go without.
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
