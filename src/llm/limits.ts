import { ConfigError, ProviderError } from '../util/errors.js'
import type { ChatModel, Message, Usage } from './chat-model.js'
import type { Price } from './settings.js'
import { costOf, priceFlag } from './prices.js'
import { mostUsage } from './tokens.js'

/** Hard limits of one command. Stored answers are free and count for neither. */
export interface Limits {
  /** Most calls of the server. Default: no limit. */
  maxCalls?: number
  /** Most that may be spent, in the currency of the price. Default: no limit. */
  maxCost?: number
}

/**
 * Stops before the call that would break a limit, calls in flight counted at the most they can
 * cost.
 * @param mostTokens - most tokens of an answer; absent = those that are asked for
 * @throws ConfigError for a limit of cost without a price; the model: ProviderError at a limit
 */
export function withLimits(
  model: ChatModel,
  limits: Limits,
  price: Price | undefined,
  mostTokens?: number,
): ChatModel {
  const { name, offline } = model
  const bill = new Bill(limits, price)
  return {
    name,
    offline,
    async complete(messages, options) {
      const most = await bill.mostOf(messages, mostTokens ?? options.maxTokens)
      bill.open(1, most)
      const completion = await model.complete(messages, options)
      bill.settle(most, completion.usage)
      return completion
    },
    ...(model.logLikelihoods
      ? {
          async logLikelihoods(context, texts, options) {
            bill.open(texts.length, 0)
            return model.logLikelihoods!(context, texts, options)
          },
        }
      : {}),
  }
}

/** Counts calls and their cost. */
class Bill {
  readonly #maxCalls: number
  readonly #maxCost: number
  readonly #price: Price | undefined
  #calls = 0
  /** Cost of finished calls, plus the most that those in flight can cost. */
  #spent = 0

  constructor({ maxCalls = Infinity, maxCost = Infinity }: Limits, price: Price | undefined) {
    if (maxCost < Infinity && !price)
      throw new ConfigError(`--max-cost needs a price: ${priceFlag} (per million tokens)`)
    this.#maxCalls = maxCalls
    this.#maxCost = maxCost
    this.#price = price
  }

  /** The most that a call can cost; 0 where the cost has no limit, since it is not looked at. */
  async mostOf(messages: Message[], answerTokens: number): Promise<number> {
    if (!this.#price || this.#maxCost === Infinity) return 0
    return costOf(await mostUsage(messages, answerTokens), this.#price)
  }

  /** Counts calls that are about to be made. @throws ProviderError where they break a limit */
  open(calls: number, most: number): void {
    const advice = 'answers so far are stored, a higher limit goes on from them'
    if (this.#spent + most > this.#maxCost)
      throw new ProviderError(
        `stopped at ${this.#spent.toFixed(4)} ${this.#price!.currency}, before a call that could` +
          ` break --max-cost ${this.#maxCost}; ${advice}`,
        false,
      )
    if (this.#calls + calls > this.#maxCalls)
      throw new ProviderError(
        `stopped after ${this.#calls} calls, as --max-calls says; ${advice}`,
        false,
      )
    this.#calls += calls
    this.#spent += most
  }

  /** Puts what a finished call cost in the place of the most it could have cost. */
  settle(most: number, usage: Usage | undefined): void {
    if (this.#price && usage) this.#spent += costOf(usage, this.#price) - most
  }
}
