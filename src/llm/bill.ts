import { ConfigError, ProviderError } from '../util/errors.js'
import type { Completion, Message, Usage } from './chat-model.js'
import { pause } from './do-once.js'
import { costOf, priceFlag } from './prices.js'
import type { Price } from './settings.js'
import { type ChangeSpending, own, type Spending } from './spending.js'
import { mostPromptTokens, promptTokens } from './tokens.js'

/** Hard limits of one command. Stored answers are free and count for neither. */
export interface Limits {
  /** Most requests to the server, retries included. Default: no limit. */
  maxCalls?: number
  /** Most that may be spent, in the currency of the price. Default: no limit. */
  maxCost?: number
  /**
   * Name of the bill that the limits hold for. Models that name the same one count together: those
   * of one process, and with an answer store those of all its threads and of other processes that
   * run at the same time. Default: a bill of its own.
   */
  bill?: string
}

/** What a request is expected to use. */
export interface Expected {
  /** Prompt tokens by our count. */
  prompt: number
  /** Prompt tokens that no tokenizer exceeds. */
  mostPrompt: number
  /** Most answer tokens. */
  completion: number
}

/** Wait while others' requests in flight may still turn out to leave enough, milliseconds. */
const wait = 10

const advice = 'the answers so far are stored; a higher limit continues from them'

/** Compares sums of rounded numbers. */
const atMost = (sum: number, limit: number) => sum <= limit * (1 + 1e-9)

/** Counts the requests to one model and what they cost, against the limits of their bill. */
export class Bill {
  readonly #maxCalls: number
  readonly #maxCost: number
  readonly #price: Price | undefined
  readonly #change: ChangeSpending

  /** @throws ConfigError for a limit of cost without a price */
  constructor(limits: Limits, price: Price | undefined, change: ChangeSpending) {
    const { maxCalls = Infinity, maxCost = Infinity } = limits
    if (maxCost < Infinity && !price)
      throw new ConfigError(`--max-cost needs a price: ${priceFlag} (per million tokens)`)
    this.#maxCalls = maxCalls
    this.#maxCost = maxCost
    this.#price = price
    this.#change = change
  }

  /** @param completion - most answer tokens */
  async expect(messages: Message[], completion: number): Promise<Expected> {
    // Our count matters only where a limit of cost has to be met closely.
    const counted = this.#maxCost < Infinity ? await promptTokens(messages) : 0
    return { prompt: counted, mostPrompt: mostPromptTokens(messages), completion }
  }

  /**
   * Counts requests that are about to be sent. Those in flight count at the most that they can
   * cost; where they leave too little, it waits for what they did cost.
   * @throws ProviderError where they break a limit; InterruptedError when the signal fires
   */
  async open(calls: number, expected: Expected, signal?: AbortSignal): Promise<void> {
    for (;;) {
      const outcome = await this.#change((spending) => this.#tryToOpen(spending, calls, expected))
      if (outcome === 'open') return
      if (outcome !== 'wait') throw new ProviderError(outcome, false)
      await pause(wait, signal)
    }
  }

  /**
   * Counts a request that repeats one which the server refused, in another form. It costs nothing
   * on top of its question.
   * @throws ProviderError where it breaks a limit
   */
  async further(): Promise<void> {
    const refused = await this.#change((spending) => {
      if (spending.stopped !== undefined) return spending.stopped
      if (spending.calls + 1 > this.#maxCalls) return this.#tooManyCalls(spending)
      spending.calls++
      return undefined
    })
    if (refused !== undefined) throw new ProviderError(refused, false)
  }

  #tooManyCalls({ calls }: Spending): string {
    return `stopped after ${calls} calls, as --max-calls says; ${advice}`
  }

  #tryToOpen(spending: Spending, calls: number, expected: Expected): string {
    const { spent, ratio, stopped } = spending
    if (stopped !== undefined) return stopped
    const open = Object.values(spending.inFlight)
    const busy = open.some(({ requests }) => requests > 0)
    if (spending.calls + calls > this.#maxCalls) return this.#tooManyCalls(spending)
    // The first request goes alone: it teaches which parameters the model takes, and may tell that
    // the server bills more than any estimate.
    if (spending.finished === 0 && busy) return 'wait'
    const most = this.#mostOf(expected)
    const reserved = open.reduce((sum, one) => sum + one.most, 0)
    if (!atMost(spent + reserved + most, this.#maxCost)) {
      if (busy) return 'wait'
      if (!atMost(spent + this.#likely(expected, ratio), this.#maxCost))
        return (
          `stopped at ${spent.toFixed(4)} ${this.#price!.currency}, before a call that could` +
          ` break --max-cost ${this.#maxCost}; ${advice}`
        )
    }
    spending.calls += calls
    const mine = own(spending)
    mine.requests += calls
    mine.most += most
    return 'open'
  }

  /**
   * Puts what finished requests cost in the place of the most they could have cost.
   * @param usage - tokens by the server; absent where it did not say
   * @param taken - whether the server may have taken the request, and so may bill it
   */
  async settle(calls: number, expected: Expected, usage?: Usage, taken = true): Promise<void> {
    await this.#change((spending) => {
      const mine = own(spending)
      spending.finished += calls
      mine.requests -= calls
      mine.most = mine.requests > 0 ? mine.most - this.#mostOf(expected) : 0
      if (!this.#price || !taken) return
      spending.spent += usage ? costOf(usage, this.#price) : this.#likely(expected, spending.ratio)
      if (!usage) return
      if (expected.prompt > 0)
        spending.ratio = Math.max(spending.ratio, usage.prompt / expected.prompt)
      if (usage.prompt > expected.mostPrompt || usage.completion > expected.completion)
        spending.stopped = overBilled(expected, usage)
    })
  }

  #likely({ prompt, completion }: Expected, ratio: number): number {
    if (!this.#price || this.#maxCost === Infinity) return 0
    return costOf({ prompt: ratio * prompt, completion, cached: 0 }, this.#price)
  }

  /** The most that a request can cost; 0 where the cost has no limit, since it is not looked at. */
  #mostOf({ mostPrompt, completion }: Expected): number {
    if (!this.#price || this.#maxCost === Infinity) return 0
    return costOf({ prompt: mostPrompt, completion, cached: 0 }, this.#price)
  }
}

function overBilled({ mostPrompt, completion }: Expected, usage: Usage): string {
  const tokens = (prompt: number, answer: number) =>
    `${prompt} prompt tokens and ${answer} answer tokens`
  return (
    `stopped: the server billed ${tokens(usage.prompt, usage.completion)} for a question that was` +
    ` estimated at no more than ${tokens(mostPrompt, completion)}, so no price and no limit is` +
    ' reliable; if these numbers are right, raise the limit of an answer: --set' +
    ` llm.extra='{"max_completion_tokens":${Math.max(usage.completion, completion)}}'`
  )
}

/**
 * The tokens that a server counted, where they can be right: whole numbers, not far below our own
 * count, and at least one for an answer that has a text. Undefined where they cannot.
 */
export function plausibleUsage(
  { usage, text }: Pick<Completion, 'usage' | 'text'>,
  expected: Pick<Expected, 'prompt'>,
): Usage | undefined {
  if (!usage) return undefined
  const { prompt, completion, cached } = usage
  const isCount = (value: unknown) => Number.isInteger(value) && (value as number) >= 0
  if (!isCount(prompt) || !isCount(completion)) return undefined
  // Other encodings than o200k make more tokens of a text, and hardly fewer.
  if (prompt < Math.max(1, expected.prompt / 2) || (completion === 0 && text !== ''))
    return undefined
  return { prompt, completion, cached: isCount(cached) && cached <= prompt ? cached : 0 }
}
