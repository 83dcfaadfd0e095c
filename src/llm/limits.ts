import { ConfigError, ProviderError } from '../util/errors.js'
import type { ChatModel, Completion } from './chat-model.js'
import type { Price } from './config.js'
import { promptTokens } from './tokens.js'

/** Hard limits of one command; stored answers are free and count for neither. */
export interface Limits {
  /** Calls put to the server. */
  maxCalls?: number
  /** In the currency of the price. */
  maxCost?: number
}

/** What an answer cost; tokens that the server had cached at their own price. */
export function costOf({ prompt, completion, cached }: NonNullable<Completion['usage']>, price: Price): number {
  return ((prompt - cached) * price.input + cached * (price.cachedInput ?? price.input) + completion * price.output) / 1e6
}

/**
 * Stops before the call that would break a limit, calls in flight counted at the most they can cost.
 * @throws ConfigError for a limit of cost without a price
 */
export function withLimits(model: ChatModel, { maxCalls = Infinity, maxCost = Infinity }: Limits, price: Price | undefined, mostTokens?: number): ChatModel {
  if (maxCost < Infinity && !price) throw new ConfigError('--max-cost needs a price: --set llm.price=\'{"input":0.15,"output":0.6,"date":"2026-11-01"}\' (per million tokens)')
  let calls = 0
  /** Of finished calls, and at most of those in flight. */
  let spent = 0
  const count = (more: number) => {
    if (calls + more > maxCalls) throw new ProviderError(`stopped after ${calls} calls, as --max-calls says; answers so far are stored, a higher limit goes on from them`, false)
    calls += more
  }
  const { logLikelihoods } = model
  return {
    ...model,
    ...(logLikelihoods
      ? {
          async logLikelihoods(context, texts, options) {
            count(texts.length)
            return logLikelihoods(context, texts, options)
          },
        }
      : {}),
    async complete(messages, options) {
      const most = price && maxCost < Infinity ? costOf({ prompt: await promptTokens(messages), completion: mostTokens ?? options.maxTokens, cached: 0 }, price) : 0
      if (spent + most > maxCost)
        throw new ProviderError(`stopped at ${spent.toFixed(4)} ${price!.currency}, before a call that could break --max-cost ${maxCost}; answers so far are stored, a higher limit goes on from them`, false)
      count(1)
      spent += most
      const completion = await model.complete(messages, options)
      if (price && completion.usage) spent += costOf(completion.usage, price) - most
      return completion
    },
  }
}
