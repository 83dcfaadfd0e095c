import { once } from 'node:events'
import { MessageChannel, type ResourceLimits, Worker } from 'node:worker_threads'
import type { TrialRow } from '../../experiment/row.js'
import { llmRuntimeConfig } from '../../llm/config.js'
import { ExecutionError } from '../../util/errors.js'
import { endThreads } from '../end-threads.js'
import { errorOf } from '../error-record.js'
import { runSeed, type SeedEvents } from '../run-seed.js'
import type { ThreadData } from '../worker.js'
import type { TrialJob } from './job.js'
import type { SetUpData, SetUpMessage } from './set-up-thread.js'
import type { SharedCalls } from './shared.js'
import { answerCalls } from './thread-calls.js'

/** What is the same for all runs of a worker. */
export interface CrewOptions {
  dataRoot: string
  imports: string[]
  /** Folder of finished trainings and policies. */
  store: string
  /** Most memory of a thread's objects, MB. Default: as Node.js has it. */
  memory?: number
}

/** Threads for the seeds of one run: they have its data, and are kept from seed to seed. */
export class Crew {
  readonly #data: Omit<ThreadData, 'shared'>
  readonly #idle = new Set<Worker>()
  readonly #ending = new Set<Promise<void>>()

  private constructor(
    setup: unknown,
    private readonly job: TrialJob,
    private readonly calls: SharedCalls,
    private readonly options: CrewOptions,
  ) {
    const { preset, engine, concurrency } = job
    const { store: memo, imports } = options
    const runtime = llmRuntimeConfig.parse({ concurrency })
    this.#data = { setup, preset, engine, imports, folders: { memo, runtime } }
  }

  /**
   * Loads the data of a job's run, in a thread: meanwhile this one shows life.
   * @throws InputError where data or code are not the coordinator's
   */
  static async of(job: TrialJob, calls: SharedCalls, options: CrewOptions): Promise<Crew> {
    const { dataRoot, imports } = options
    const workerData: SetUpData = { job, dataRoot, imports }
    const url = new URL('./set-up-thread.js', import.meta.url)
    const thread = new Worker(url, { workerData, resourceLimits: limitsOf(options) })
    const [message] = (await once(thread, 'message').catch((error: unknown) => {
      throw asMemoryError(error, options)
    })) as [SetUpMessage]
    if ('error' in message) throw errorOf(message.error)
    return new Crew(message.setup, job, calls, options)
  }

  /** Runs a seed. @throws InterruptedError when the signal fires; the error of the trial */
  async run(seed: number, events: SeedEvents): Promise<TrialRow[]> {
    const thread = this.#idle.values().next().value ?? this.#start()
    this.#idle.delete(thread)
    try {
      const rows = await runSeed(thread, seed, events)
      this.#idle.add(thread)
      return rows
    } catch (error) {
      this.#end([thread])
      throw asMemoryError(error, this.options)
    }
  }

  /** Ends the threads. */
  async end(): Promise<void> {
    this.#end([...this.#idle])
    await Promise.all(this.#ending)
  }

  #start(): Worker {
    const { port1, port2 } = new MessageChannel()
    answerCalls(port1, this.calls)
    const { judge } = this.job
    const workerData: ThreadData = { ...this.#data, shared: { calls: port2, judge } }
    const thread = new Worker(new URL('../worker.js', import.meta.url), {
      workerData,
      transferList: [port2],
      resourceLimits: limitsOf(this.options),
    })
    // An error that nobody listens to would end the process.
    thread.on('error', () => undefined)
    thread.on('exit', () => {
      this.#idle.delete(thread)
      port1.close()
    })
    return thread
  }

  #end(threads: Worker[]): void {
    for (const thread of threads) this.#idle.delete(thread)
    const ending = endThreads(threads).finally(() => this.#ending.delete(ending))
    this.#ending.add(ending)
  }
}

function limitsOf({ memory }: CrewOptions): ResourceLimits {
  return memory === undefined ? {} : { maxOldGenerationSizeMb: memory }
}

function asMemoryError(error: unknown, { memory }: CrewOptions): unknown {
  if ((error as NodeJS.ErrnoException).code !== 'ERR_WORKER_OUT_OF_MEMORY') return error
  const limit = memory === undefined ? '' : ` of ${memory} MB`
  return new ExecutionError(
    `a worker's thread ran out of its memory${limit}; raise it with --memory, or use a smaller --concurrency`,
    { cause: error },
  )
}
