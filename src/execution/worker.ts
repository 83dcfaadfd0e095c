import { parentPort, workerData } from 'node:worker_threads'
import type { Materials } from '../experiment/lab.js'
import type { Folders } from '../experiment/run.js'
import type { TrialRow } from '../experiment/trial.js'
import type { EngineName } from '../two-tower/engines/index.js'
import { ExecutionError, UnderstudyError } from '../util/errors.js'
import { readShared } from '../util/shared.js'
import { inlineExecutor } from './inline.js'

/** What a worker says. */
export type WorkerMessage =
  | { kind: 'step' }
  | { kind: 'trial'; seed: number; rows: TrialRow[] }
  | { kind: 'failed'; message: string; exitCode: number | undefined; stack: string | undefined }

const port = parentPort
if (!port) throw new ExecutionError('worker.js runs as a worker thread only')
const { preset, engine, folders } = workerData as { preset: string; engine: EngineName; folders: Folders }
const materials = readShared((workerData as { materials: unknown }).materials) as Materials
const say = (message: WorkerMessage) => port.postMessage(message)

port.on('message', (seed: number) => {
  inlineExecutor(engine)
    .run(materials, preset, [seed], { folders, onStep: () => say({ kind: 'step' }), onTrial: (seed, rows) => say({ kind: 'trial', seed, rows }) })
    .catch((error: Error) =>
      say({
        kind: 'failed',
        message: error.message,
        exitCode: error instanceof UnderstudyError ? error.exitCode : undefined,
        stack: error.stack,
      }),
    )
})
