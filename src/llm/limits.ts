import { ConfigError, ProviderError } from '../util/errors.js'
import { Bill, type Limits, plausibleUsage } from './bill.js'
import type { ChatModel } from './chat-model.js'
import type { Price } from './settings.js'
import type { ChangeSpending } from './spending.js'
import { mostAnswerTokens } from './tokens.js'

export type { Limits } from './bill.js'

/** How a model's requests are priced and counted. */
export interface Billing {
  limits: Limits
  price: Price | undefined
  /** Parameters of each request that can set the bound of an answer. */
  parameters: Record<string, unknown>
  spending: ChangeSpending
}

/**
 * Stops before the request that would break a limit, and after one that cost more than was
 * estimated.
 * @param make - makes the model, which sends one request for each question and tells of every
 * further one
 * @throws ConfigError for a limit of cost that cannot be kept; the model: ProviderError at a limit
 */
export function withLimits(
  make: (further?: () => Promise<void>) => ChatModel,
  billing: Billing,
): ChatModel {
  const { limits, price, parameters, spending } = billing
  const { maxCalls, maxCost } = limits
  if (maxCalls === undefined && maxCost === undefined && !price) return make()
  if (maxCost !== undefined && mostAnswerTokens(parameters, 1) === Infinity)
    throw new ConfigError(
      '--max-cost needs a limit on the length of each answer, but llm.extra removes it: set max_completion_tokens',
    )
  const bill = new Bill(limits, price, spending)
  const model = make(() => bill.further())
  const { name, offline } = model
  return {
    name,
    offline,
    async complete(messages, options) {
      const expected = await bill.expect(messages, mostAnswerTokens(parameters, options.maxTokens))
      await bill.open(1, expected, options.signal)
      let completion
      try {
        completion = await model.complete(messages, options)
      } catch (error) {
        await bill.settle(1, expected, undefined, mayBeBilled(error))
        throw error
      }
      await bill.settle(1, expected, plausibleUsage(completion, expected))
      return completion
    },
    ...(model.logLikelihoods
      ? {
          async logLikelihoods(context, texts, options) {
            const nothing = { prompt: 0, mostPrompt: 0, completion: 0 }
            await bill.open(texts.length, nothing, options.signal)
            return model.logLikelihoods!(context, texts, options).finally(() =>
              bill.settle(texts.length, nothing),
            )
          },
        }
      : {}),
  }
}

/**
 * HTTP statuses of requests that were refused before any work was done, so that they cost nothing.
 * Others may cost: Azure bills a 400 by its content filter, and a 408.
 */
const refusals = [401, 402, 403, 404, 405, 429]
/** Codes of connections that were never made. */
const unconnected = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']

/** Whether the server may have taken, and so may bill, a request that failed. */
function mayBeBilled(error: unknown): boolean {
  if (error instanceof ProviderError && refusals.includes(error.status ?? 0)) return false
  for (let at: unknown = error; at instanceof Error; at = at.cause)
    if (unconnected.includes((at as NodeJS.ErrnoException).code ?? '')) return false
  return true
}
