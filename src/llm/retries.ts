import { setTimeout as delay } from 'node:timers/promises'
import PQueue from 'p-queue'
import pRetry from 'p-retry'
import { GaveUpError, InterruptedError, ProviderError } from '../util/errors.js'
import type { ChatModel, Completion } from './chat-model.js'
import type { LlmConfig } from './config.js'

/** Questions in a row without an answer after which the rest is not tried; fewer where there never was one. */
const giveUpAfter = { atFirst: 3, later: 20 }
/** Longest wait that a server may ask for, and between two tries of our own, milliseconds. */
const longestWait = 60_000

/**
 * The same model, asked again with jittered backoff (or after the server's Retry-After) while it fails for a time; while
 * it is unavailable (503, e.g. still loading its model) up to the time-out. Requests in flight are halved by a 429 and
 * grow by one for as many answers as are in flight.
 * @throws GaveUpError for a question that got no answer; ProviderError once too many in a row did not
 */
export function withRetries(model: ChatModel, { maxRetries, timeoutSeconds, concurrency, retryMilliseconds }: LlmConfig): ChatModel {
  const queue = new PQueue({ concurrency })
  let [answered, failedInARow, lastCut, most] = [0, 0, 0, giveUpAfter.atFirst]
  const succeeded = () => {
    failedInARow = 0
    most = giveUpAfter.later
    if (queue.concurrency < concurrency && ++answered >= queue.concurrency) {
      queue.concurrency++
      answered = 0
    }
  }
  // Requests that were in flight together are one sign, not many.
  const overloaded = (started: number) => {
    if (started <= lastCut) return
    lastCut = performance.now()
    queue.concurrency = Math.max(1, Math.floor(queue.concurrency / 2))
    answered = 0
  }
  const attempt = (messages: Parameters<ChatModel['complete']>[0], options: Parameters<ChatModel['complete']>[1]) =>
    queue.add(async () => {
      const started = performance.now()
      try {
        const completion = await model.complete(messages, options)
        succeeded()
        return completion
      } catch (error) {
        if (error instanceof ProviderError && error.status === 429) overloaded(started)
        throw error
      }
    })

  return {
    ...model,
    async complete(messages, options): Promise<Completion> {
      const began = performance.now()
      try {
        return await pRetry(() => attempt(messages, options), {
          retries: maxRetries,
          minTimeout: retryMilliseconds,
          maxTimeout: longestWait,
          randomize: true,
          signal: options.signal,
          shouldRetry: ({ error }) => error instanceof ProviderError && error.retryable,
          shouldConsumeRetry: ({ error }) => !(error instanceof ProviderError && error.status === 503 && performance.now() - began < timeoutSeconds * 1000),
          async onFailedAttempt({ error, retriesLeft }) {
            const wait = error instanceof ProviderError && retriesLeft > 0 ? (error.retryAfterSeconds ?? 0) * 1000 : 0
            if (wait > 0) await delay(Math.min(wait, longestWait), undefined, { signal: options.signal })
          },
        })
      } catch (error) {
        if (options.signal?.aborted) throw new InterruptedError('stopped', { cause: error })
        if (!(error instanceof ProviderError)) throw error
        const others = error.retryable || error.status === 400 || error.status === 413 || error.status === 422
        if (!others) throw error
        if (++failedInARow >= most) throw new ProviderError(`${failedInARow} questions in a row got no answer, the last one: ${error.message}; answers so far are stored, the same command goes on from them`, false, { cause: error })
        throw new GaveUpError(error.message, error.retryable, { cause: error, status: error.status })
      }
    },
  }
}
