import { setTimeout as delay } from 'node:timers/promises'
import pRetry from 'p-retry'
import { GaveUpError, InterruptedError, ProviderError } from '../util/errors.js'
import type { ChatModel } from './chat-model.js'
import type { LlmRuntime } from './settings.js'
import { Throttle } from './throttle.js'

/** Longest wait between two tries, also where the server asks for more, milliseconds. */
const longestWait = 60_000

/**
 * Repeats a request that fails for a reason that may pass, with no more requests in flight than the
 * server takes.
 * @throws GaveUpError for a question that got no answer; ProviderError once too many in a row got
 * none
 */
export function withRetries(model: ChatModel, runtime: LlmRuntime): ChatModel {
  const throttle = new Throttle(runtime.concurrency)
  const unanswered = new Unanswered()
  return {
    ...model,
    async complete(messages, options) {
      const attempt = () => throttle.run(() => model.complete(messages, options))
      try {
        const completion = await retry(attempt, runtime, options.signal)
        unanswered.reset()
        return completion
      } catch (error) {
        if (options.signal?.aborted) throw new InterruptedError('stopped', { cause: error })
        throw error instanceof ProviderError && othersMayBeAnswered(error)
          ? unanswered.add(error)
          : error
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
    async onFailedAttempt({ error, retriesLeft }) {
      if (!(error instanceof ProviderError) || retriesLeft === 0) return
      const wait = (error.retryAfterSeconds ?? 0) * 1000
      if (wait > 0) await delay(Math.min(wait, longestWait), undefined, { signal })
    },
  })
}

/** Whether the failure may be of this question alone, e.g. its prompt is too long. */
function othersMayBeAnswered({ retryable, status }: ProviderError): boolean {
  return retryable || status === 400 || status === 413 || status === 422
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
    const advice = 'answers so far are stored, the same command goes on from them'
    return new ProviderError(`${found}; ${advice}`, false, { cause: error })
  }
}
