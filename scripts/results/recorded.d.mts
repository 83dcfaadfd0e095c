import type { RunResult } from '../../dist/index.js'

/** The results of a recorded run. */
export function readRecorded(name: string, dataset: string): RunResult
