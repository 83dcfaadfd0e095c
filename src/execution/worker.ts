import { type Setup } from '../experiment/setup.js'
import { type TrialRow } from '../experiment/row.js'
import { parentPort, workerData } from 'node:worker_threads'
import type { Folders } from '../run/executor.js'
import { ExecutionError } from '../util/errors.js'
import { readShared } from '../util/shared.js'
import { type ErrorRecord, recordOf } from './error-record.js'
import { importAll } from './imports.js'
import { inlineExecutor } from './inline.js'

/** Message of a worker thread. */
export type WorkerMessage =
  | { kind: 'step' }
  | { kind: 'trial'; seed: number; rows: TrialRow[] }
  | { kind: 'failed'; error: ErrorRecord }

const port = parentPort
if (!port) throw new ExecutionError('worker.js runs as a worker thread only')
const { preset, engine, imports, folders } = workerData as {
  preset: string
  engine: string
  imports: string[]
  folders: Folders
}
const setup = readShared((workerData as { setup: unknown }).setup) as Setup
const say = (message: WorkerMessage) => port.postMessage(message)

const imported = importAll(imports)
// The first seed tells of a failed import, which would otherwise end the thread without its class.
imported.catch(() => undefined)

async function run(seed: number): Promise<void> {
  await imported
  await inlineExecutor(engine).run(setup, preset, [seed], {
    folders,
    onStep: () => say({ kind: 'step' }),
    onTrial: (seed, rows) => say({ kind: 'trial', seed, rows }),
  })
}

port.on('message', (seed: number) => {
  run(seed).catch((error: unknown) => say({ kind: 'failed', error: recordOf(error) }))
})
