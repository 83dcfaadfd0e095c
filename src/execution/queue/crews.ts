import type { TrialRow } from '../../experiment/row.js'
import type { SeedEvents } from '../run-seed.js'
import { questionsTo } from './ask-questions.js'
import { Crew, type CrewOptions } from './crew.js'
import { asRefusal } from './job-error.js'
import type { TrialJob } from './job.js'
import { type Link, memoKey } from './link.js'
import type { SharedCalls } from './shared.js'

/** Runs whose data a worker keeps when it is not at them. */
const most = 2
/** Time that finished work is kept in the Redis after the last of it, seconds. */
const keptFor = 7 * 24 * 3600
/** Most characters of a finished piece of work that goes through the Redis. */
const largest = 4_000_000

interface Kept {
  crew: Promise<Crew>
  questions: ReturnType<typeof questionsTo>
  /** Seeds that it is at. */
  seeds: number
}

/** The crews of the runs that a worker is at, and of those that it was at last. */
export class Crews {
  readonly #kept = new Map<string, Kept>()

  constructor(
    private readonly link: Link,
    private readonly options: CrewOptions & { url: string },
  ) {}

  /** Runs the seed of a job. @throws RefusedError where `Crew.of` fails; as `Crew.run` does */
  async run(job: TrialJob, events: SeedEvents): Promise<TrialRow[]> {
    const { run } = job
    const kept = this.#kept.get(run) ?? this.#make(job)
    // The last that was asked for is at the end.
    this.#kept.delete(run)
    this.#kept.set(run, kept)
    kept.seeds++
    try {
      return await (await this.#ready(run, kept)).run(job.seed, events)
    } finally {
      kept.seeds--
      for (const old of [...this.#kept.keys()].slice(0, -most))
        if (this.#kept.get(old)!.seeds === 0) void this.#end(old)
    }
  }

  async end(): Promise<void> {
    await Promise.all([...this.#kept.keys()].map((run) => this.#end(run)))
  }

  async #ready(run: string, kept: Kept): Promise<Crew> {
    try {
      return await kept.crew
    } catch (error) {
      // The next job tries again: somebody may put the data in place.
      if (this.#kept.get(run) === kept) void this.#end(run)
      throw asRefusal(error)
    }
  }

  #make(job: TrialJob): Kept {
    const questions = questionsTo(this.link, job.run, this.options.url)
    const crew = Crew.of(job, { ...this.#memo(job.run), ask: questions.ask }, this.options)
    return { crew, questions, seeds: 0 }
  }

  /** Finished trainings and policies, in a hash of the Redis. */
  #memo(run: string): Pick<SharedCalls, 'read' | 'write'> {
    const { redis, watch } = this.link
    const key = memoKey(run)
    return {
      read: (digest) => redis.hget(key, digest),
      async write(digest, text) {
        if (text.length > largest) return
        // Without it, another worker may make it again.
        const kept = redis.multi().hset(key, digest, text).expire(key, keptFor).exec()
        await kept.catch((error: unknown) => watch.refused(error))
      },
    }
  }

  async #end(run: string): Promise<void> {
    const kept = this.#kept.get(run)
    this.#kept.delete(run)
    const crew = await kept?.crew.catch(() => undefined)
    await crew?.end()
    await kept?.questions.close()
  }
}
