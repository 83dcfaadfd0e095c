import PQueue from 'p-queue'
import { ProviderError } from '../util/errors.js'

/**
 * Limits the requests in flight to what a server bears: an answer 429 (too many requests) halves
 * the limit, and as many answers as the limit is raise it by one, up to `most`.
 */
export class Throttle {
  readonly #queue: PQueue
  readonly #most: number
  /** Answers since the limit last changed. */
  #answered = 0
  /** When the limit was last halved, milliseconds. */
  #halvedAt = 0

  constructor(most: number) {
    this.#most = most
    this.#queue = new PQueue({ concurrency: most })
  }

  /** Starts the request as soon as the limit allows. */
  run<T>(request: () => Promise<T>): Promise<T> {
    return this.#queue.add(async () => {
      const started = performance.now()
      try {
        const answer = await request()
        this.#raise()
        return answer
      } catch (error) {
        if (error instanceof ProviderError && error.status === 429) this.#halve(started)
        throw error
      }
    })
  }

  #raise(): void {
    if (this.#queue.concurrency >= this.#most) return
    if (++this.#answered < this.#queue.concurrency) return
    this.#queue.concurrency++
    this.#answered = 0
  }

  /** @param started - of the request; requests that were in flight together halve it once */
  #halve(started: number): void {
    if (started <= this.#halvedAt) return
    this.#halvedAt = performance.now()
    this.#queue.concurrency = Math.max(1, Math.floor(this.#queue.concurrency / 2))
    this.#answered = 0
  }
}
