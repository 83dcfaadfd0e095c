import type { LearningProgress } from '../policy/learned-policy.js'
import { type Setup } from '../experiment/setup.js'
import { type TrialRow } from '../experiment/row.js'
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { answersWritten } from '../llm/answer-files.js'
import type { Folders } from '../run/executor.js'
import { ExecutionError } from '../util/errors.js'
import { readShared } from '../util/shared.js'
import type { StepTaken } from '../util/time-left.js'
import { end } from './end-threads.js'
import { type ErrorRecord, recordOf } from './error-record.js'
import { importAll } from './imports.js'
import { inlineExecutor } from './inline.js'
import { interrupted } from './interrupted.js'
import { type SharedData, sharedThrough } from './queue/shared.js'

/** What a worker thread is given. */
export interface ThreadData {
  /** As `share` makes it. */
  setup: unknown
  preset: string
  engine: string
  imports: string[]
  folders: Folders
  /** What it shares with workers of other machines. Default: nothing. */
  shared?: SharedData
}

/** Message of a worker thread. */
export type WorkerMessage =
  | { kind: 'step'; taken: StepTaken }
  | { kind: 'iteration'; seed: number; progress: LearningProgress }
  | { kind: 'trial'; seed: number; rows: TrialRow[] }
  | { kind: 'failed'; error: ErrorRecord }

const port = parentPort
if (!port) throw new ExecutionError('worker.js runs as a worker thread only')
const { preset, engine, imports, folders, shared: sharing } = workerData as ThreadData
const setup = readShared((workerData as ThreadData).setup) as Setup
const shared = sharing && sharedThrough(sharing)
const say = (message: WorkerMessage) => port.postMessage(message)

// What nothing has caught ends the run, and keeps its class.
process.on('uncaughtException', (error) => say({ kind: 'failed', error: recordOf(error) }))

const imported = importAll(imports)
// The first seed tells of a failed import, which would otherwise end the thread without its class.
imported.catch(() => undefined)

const ending = new AbortController()
let working: Promise<void> = Promise.resolve()

async function run(seed: number): Promise<void> {
  await imported
  await inlineExecutor(engine, shared).run(setup, preset, [seed], {
    folders,
    signal: ending.signal,
    onStep(taken) {
      say({ kind: 'step', taken })
      // While a seed is under way, the only message that can be waiting is the one to end.
      if (receiveMessageOnPort(port!)) finish()
      if (ending.signal.aborted) throw interrupted()
    },
    onIteration: (seed, progress) => say({ kind: 'iteration', seed, progress }),
    onTrial: (seed, rows) => say({ kind: 'trial', seed, rows }),
  })
}

/** Ends the thread as soon as nothing is under way, whatever its modules hold open. */
function finish(): void {
  ending.abort()
  void Promise.allSettled([imported, working])
    .then(answersWritten)
    .then(() => process.exit(0))
}

port.on('message', (message: number | typeof end) => {
  if (message === end) return finish()
  working = run(message).catch((error: unknown) => say({ kind: 'failed', error: recordOf(error) }))
})
