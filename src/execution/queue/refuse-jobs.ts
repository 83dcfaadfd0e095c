import type { Job, Worker } from 'bullmq'

/** Time without new jobs after one that a worker cannot do, milliseconds. */
const pauseFor = 30_000

/** Gives jobs back that a worker cannot do, says why, and has it take no others for a while. */
export class RefusedJobs {
  /** Jobs that went back. */
  count = 0
  readonly #said = new Set<string>()
  #pause: NodeJS.Timeout | undefined

  constructor(private readonly onNotice: (line: string) => void = () => undefined) {}

  /** Gives a job back; the function that had it is then to throw BullMQ's WaitingError. */
  async giveBack(job: Job, why: string, worker: Worker, token?: string): Promise<void> {
    this.count++
    if (!this.#said.has(why)) this.onNotice(`refused: ${why}`)
    this.#said.add(why)
    await worker.pause(true)
    clearTimeout(this.#pause)
    this.#pause = setTimeout(() => worker.resume(), pauseFor)
    await job.updateProgress({ worker: worker.opts.name, refuses: why })
    await job.moveToWait(token)
  }

  /** The worker is not to take jobs again. */
  stop(): void {
    clearTimeout(this.#pause)
  }
}
