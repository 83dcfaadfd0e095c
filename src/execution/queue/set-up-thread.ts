import { parentPort, workerData } from 'node:worker_threads'
import { loadDataset } from '../../dataset/load.js'
import { provenance } from '../../experiment/provenance.js'
import { setUp } from '../../experiment/setup.js'
import { makeEngine } from '../../two-tower/engines/index.js'
import { share } from '../../util/shared.js'
import { type ErrorRecord, recordOf } from '../error-record.js'
import { importAll } from '../imports.js'
import { checkProvenance, type TrialJob } from './job.js'

/** What the thread is given: the run of a job, and where the worker has its data. */
export interface SetUpData {
  job: TrialJob
  dataRoot: string
  imports: string[]
}

/** What it says: the setup as `share` makes it, or why there is none. */
export type SetUpMessage = { setup: unknown } | { error: ErrorRecord }

const { job, dataRoot, imports } = workerData as SetUpData

/** Loads and splits the data of a run. @throws InputError where they are not the coordinator's */
async function setup(): Promise<unknown> {
  await importAll(imports)
  const { config, given, preset, engine } = job
  const others = []
  for (const other of config.others) others.push(await loadDataset(other, { dataRoot }))
  const dataset = await loadDataset(config.dataset, { dataRoot })
  const made = setUp(dataset, config, others, given)
  const own = provenance(preset, made.config, dataset, makeEngine(engine).name, others)
  checkProvenance(job.provenance, own)
  return share(made)
}

const message: SetUpMessage = await setup().then(
  (setup) => ({ setup }),
  (error: unknown) => ({ error: recordOf(error) }),
)
parentPort!.postMessage(message)
