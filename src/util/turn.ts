import { setImmediate } from 'node:timers/promises'

/** Gives signals, timers and messages a turn. */
export const turn = () => setImmediate()
