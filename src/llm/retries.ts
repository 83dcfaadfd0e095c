import { setTimeout as delay } from 'node:timers/promises'
import pRetry from 'p-retry'
import { GaveUpError, InterruptedError, ProviderError } from '../util/errors.js'
import { duration } from '../util/duration.js'
import type { ChatModel } from './chat-model.js'
import { FilteredError } from './completion.js'
import { endsAll } from './server-errors.js'
import type { LlmRuntime } from './settings.js'
import { Throttle } from './throttle.js'

/** Longest wait between two tries that the server does not ask for, milliseconds. */
const longestWait = 60_000

/** Longest wait that a server may ask for, and shortest one that a person is told of, seconds. */
const [longestAsked, shortestSaid] = [600, 5]

/**
 * Repeats a request that fails for a reason that may pass, with no more requests in flight than the
 * server takes.
 * @throws GaveUpError for a question that got no answer; ProviderError once too many in a row got
 * none
 */
export function withRetries(
  model: ChatModel,
  runtime: LlmRuntime,
  onNotice?: (line: string) => void,
): ChatModel {
  const throttle = new Throttle(runtime.concurrency)
  const waits = new Waits(onNotice)
  const unanswered = new Unanswered()
  return {
    ...model,
    async complete(messages, options) {
      const attempt = () => throttle.run(() => model.complete(messages, options))
      try {
        const completion = await retry(attempt, runtime, waits, options.signal)
        unanswered.reset()
        return completion
      } catch (error) {
        if (options.signal?.aborted)
          throw new InterruptedError('stopped: stored answers are kept', { cause: error })
        const counts = error instanceof ProviderError && !(error instanceof FilteredError)
        throw counts && !endsAll(error) ? unanswered.add(error) : error
      }
    },
  }
}

/**
 * Tries with jittered backoff, or after the server's Retry-After; a server that is unavailable
 * (503, e.g. still loading its model) is waited for up to the time-out.
 */
function retry<T>(
  attempt: () => Promise<T>,
  { maxRetries, retryMilliseconds, timeoutSeconds }: LlmRuntime,
  waits: Waits,
  signal: AbortSignal | undefined,
): Promise<T> {
  const began = performance.now()
  const waitsForServer = (error: Error) =>
    error instanceof ProviderError &&
    error.status === 503 &&
    performance.now() - began < timeoutSeconds * 1000
  return pRetry(attempt, {
    retries: maxRetries,
    minTimeout: retryMilliseconds,
    maxTimeout: longestWait,
    randomize: true,
    signal,
    shouldRetry: ({ error }) => error instanceof ProviderError && error.retryable,
    shouldConsumeRetry: ({ error }) => !waitsForServer(error),
    async onFailedAttempt({ error, retriesLeft, retriesConsumed }) {
      if (!(error instanceof ProviderError) || !error.retryable) return
      const wait = error.retryAfterSeconds ?? 0
      if (wait > longestAsked) throw tooLong(error, wait)
      if (retriesLeft === 0) return
      const gone = (performance.now() - began) / 1000
      const backoff = Math.min(retryMilliseconds * 2 ** retriesConsumed, longestWait) / 1000
      const loading = waitsForServer(error) && gone >= shortestSaid
      waits.say(loading ? timeoutSeconds - gone : wait + backoff, error)
      if (wait > 0) await delay(wait * 1000, undefined, { signal })
    },
  })
}

function tooLong({ message, status }: ProviderError, seconds: number): ProviderError {
  const advice = 'run the same command after that; it continues from the stored answers'
  return new ProviderError(
    `${message}; the server asks to wait ${duration(seconds)}: ${advice}`,
    false,
    { status },
  )
}

/** Says that the server is waited for, once a wait. */
class Waits {
  #until = 0
  constructor(readonly onNotice?: (line: string) => void) {}

  say(seconds: number, { message }: ProviderError): void {
    if (seconds < shortestSaid || performance.now() < this.#until) return
    this.#until = performance.now() + seconds * 1000
    this.onNotice?.(`waiting ${duration(seconds)}: ${message}`)
  }
}

/**
 * Questions in a row without an answer after which the rest is not tried; fewer where there never
 * was an answer.
 */
const mostInARow = { atFirst: 3, later: 20 }

/** Counts the questions in a row that got no answer. */
class Unanswered {
  #inARow = 0
  #most = mostInARow.atFirst

  /** Begins again: a question got its answer. */
  reset(): void {
    this.#inARow = 0
    this.#most = mostInARow.later
  }

  /** Counts one more, and gives its error: of this question alone, or of all once too many. */
  add(error: ProviderError): ProviderError {
    const { message, retryable, status } = error
    if (++this.#inARow < this.#most)
      return new GaveUpError(message, retryable, { cause: error, status })
    const found = `${this.#inARow} questions in a row got no answer, the last one: ${message}`
    const advice = 'the answers so far are stored; run the same command again to continue from them'
    return new ProviderError(`${found}; ${advice}`, false, { cause: error })
  }
}
