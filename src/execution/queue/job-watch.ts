import type { Job, Queue, QueueEvents } from 'bullmq'

/** Time between two looks at all jobs that are waited for, milliseconds. */
const interval = 3000
/** Jobs that are looked at together. */
const together = 200

/** A job that has ended. */
export interface Ended {
  job: Job
  failed: boolean
}

interface Awaited {
  /** Adds the job again, where the Redis has lost it. */
  add: () => Promise<unknown>
  resolve: (ended: Ended) => void
  reject: (error: unknown) => void
}

/**
 * Waits for jobs to finish. Events tell of it at once; a Redis that was restarted may have lost
 * some, so each job is looked at now and then, and added again where it is gone.
 */
export class JobWatch {
  readonly #awaited = new Map<string, Awaited>()
  readonly #queue: Queue
  readonly #refused: (error: unknown) => void
  #timer: NodeJS.Timeout
  #stopped: { error: unknown } | undefined

  /** @param refused - told of what the Redis refuses; it is tried again */
  constructor(queue: Queue, events: QueueEvents, refused: (error: unknown) => void) {
    this.#queue = queue
    this.#refused = refused
    const look = ({ jobId }: { jobId: string }) => void this.#look(jobId)
    events.on('completed', look)
    events.on('failed', look)
    this.#timer = setTimeout(() => void this.#lookAtAll(), interval)
  }

  /**
   * The job when it has completed or failed; `add` is called first, and whenever it is gone.
   * @throws the error that all waits were stopped with
   */
  async finished(id: string, add: () => Promise<unknown>): Promise<Ended> {
    if (this.#stopped) throw this.#stopped.error
    const ended = new Promise<Ended>((resolve, reject) => {
      this.#awaited.set(id, { add, resolve, reject })
    })
    void this.#try(add).then(() => this.#look(id))
    return ended
  }

  /** Ends all waits with an error. */
  stop(error: unknown): void {
    clearTimeout(this.#timer)
    this.#stopped = { error }
    for (const { reject } of this.#awaited.values()) reject(error)
    this.#awaited.clear()
  }

  async #look(id: string): Promise<void> {
    await this.#try(async () => {
      const awaited = this.#awaited.get(id)
      if (!awaited) return
      const state = await this.#queue.getJobState(id)
      if (state === 'unknown' && this.#awaited.has(id)) await awaited.add()
      if (state !== 'completed' && state !== 'failed') return
      const job = (await this.#queue.getJob(id)) as Job | undefined
      if (!job || !this.#awaited.delete(id)) return
      awaited.resolve({ job, failed: state === 'failed' })
    })
  }

  async #lookAtAll(): Promise<void> {
    const ids = [...this.#awaited.keys()]
    for (let k = 0; k < ids.length; k += together)
      await Promise.all(ids.slice(k, k + together).map((id) => this.#look(id)))
    if (!this.#stopped) this.#timer = setTimeout(() => void this.#lookAtAll(), interval)
  }

  async #try(work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#refused(error)
    }
  }
}
