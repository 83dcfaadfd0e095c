import { z } from 'zod'
import { experimentConfig, type ExperimentConfig } from '../../experiment/config.js'
import { fitting } from '../../experiment/given.js'
import { type Provenance, provenance, runKey, version } from '../../experiment/provenance.js'
import type { Setup } from '../../experiment/setup.js'
import { presets } from '../../presets/index.js'
import { provenanceSchema } from '../../run/result-schema.js'
import { engines, makeEngine } from '../../two-tower/engines/index.js'
import { ConfigError, InputError, quote } from '../../util/errors.js'
import { parseSettings } from '../../util/settings.js'
import { asRefusal, RefusedError } from './job-error.js'

/** Version of the form of jobs. */
const format = 1

/** Most characters of a job or a question. */
const largest = 1_000_000

const name = z.string().min(1).max(200)

/**
 * A job: one seed of a preset. Names in it are looked up in registries and under the worker's own
 * data root; nothing in it is a path, code or an option of the worker.
 */
const trialJob = z.strictObject({
  format: z.literal(format),
  /** Key of the run. */
  run: z.string().regex(/^[0-9a-f]{12}$/, 'expected the key of a run'),
  preset: name,
  seed: z.int().nonnegative(),
  engine: name,
  /** The configuration before it is fitted to small data; read by `readTrialJob`. */
  config: z.record(z.string(), z.unknown()),
  given: z.array(z.enum(fitting)).max(fitting.length).readonly(),
  /** Questions in flight at the same time. */
  concurrency: z.int().min(1).max(256),
  /** The chat model that the coordinator asks; absent where answers are free and made here. */
  judge: z.strictObject({ name, likelihoods: z.boolean() }).optional(),
  provenance: provenanceSchema,
})

/** A job: one seed of a preset, as plain JSON. */
export interface TrialJob extends Omit<z.infer<typeof trialJob>, 'config'> {
  config: ExperimentConfig
}

/** The jobs of a run's seeds. @throws ConfigError for what cannot go to another machine */
export function trialJobs(
  setup: Setup,
  preset: string,
  seeds: number[],
  how: Pick<TrialJob, 'engine' | 'concurrency' | 'judge'>,
): TrialJob[] {
  const { asked, config, dataset, given, others } = setup
  refusePaths(asked)
  const origin = provenance(
    preset,
    config,
    dataset,
    makeEngine(how.engine).name,
    others.map((other) => other.dataset),
  )
  const common = { format, run: runKey(origin), preset, config: asked, given } as const
  return seeds.map((seed) => checkSize('job', { ...common, ...how, provenance: origin, seed }))
}

/** Name of a job: adding a job of the same name again changes nothing. */
export const jobId = ({ run, seed }: Pick<TrialJob, 'run' | 'seed'>) => `${run}-${seed}`

/**
 * A job from a queue.
 * @throws InputError or ConfigError naming what is not as it should be; RefusedError where another
 * worker may have what this one lacks
 */
export function readTrialJob(data: unknown): TrialJob {
  checkSize('job', data)
  const sent = (data as Partial<TrialJob> | null)?.provenance?.understudy
  if (typeof sent === 'string' && sent !== version)
    throw new RefusedError(
      `the job is of understudy ${quote(sent)}, this worker is understudy ${version}; run the same version on both`,
    )
  const { data: job, error } = trialJob.safeParse(data)
  if (!job) throw new InputError(`a job that is none: ${problemOf(error.issues[0], data)}`)
  const config = parseSettings(experimentConfig, job.config)
  refusePaths(config)
  try {
    presets.get(job.preset)
    engines.get(job.engine)
  } catch (unknown) {
    throw asRefusal(unknown)
  }
  return { ...job, config }
}

function problemOf({ path, message }: z.core.$ZodIssue, data: unknown): string {
  if (path.length === 0) return message
  const value = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown>)?.[key], data)
  return `${path.join('.')} = ${quote(value)}: ${message}`
}

/** @param what - the name of its kind */
export function checkSize<T>(what: string, sent: T): T {
  const { length } = JSON.stringify(sent) ?? ''
  if (length <= largest) return sent
  throw new InputError(`a ${what} of ${length} characters; at most ${largest}`)
}

/** @throws ConfigError for a setting that is a path: workers find data by name alone */
function refusePaths({ dataset, others, llm }: ExperimentConfig): void {
  for (const one of [dataset, ...others]) {
    const { files, newItems, followLinks } = one
    const path = files?.interactions ?? files?.items ?? newItems?.file
    if (path !== undefined || followLinks)
      throw new ConfigError(
        `${path === undefined ? 'dataset.followLinks' : quote(path)} cannot go to other machines: ` +
          'put the files into a folder under the data root of every worker, with a dataset.json ' +
          'where they need one, and name it: --dataset FOLDER',
      )
  }
  if (llm.gguf !== undefined)
    throw new ConfigError(
      `llm.gguf = ${quote(llm.gguf)} cannot go to other machines: start a server with the model, and give --llm-url`,
    )
}

/** @throws InputError with both values where a worker's data or code are not the coordinator's */
export function checkProvenance(wanted: Provenance, own: Provenance): void {
  for (const [field, value] of Object.entries(wanted)) {
    const here = own[field as keyof Provenance]
    if (JSON.stringify(here) !== JSON.stringify(value))
      throw new InputError(
        `${field} is ${quote(here)} at this worker, and ${quote(value)} where the run was started: ` +
          'give both the same data, settings and version of understudy',
      )
  }
}
