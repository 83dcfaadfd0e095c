import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type AnswerStore, dataFile, openAnswerStore } from './answer-store.js'
import { chatBackend } from './backends/index.js'
import type { ChatModel } from './chat-model.js'
import { type Prompt, requestOf } from './chat-request.js'
import { defaultLlmRuntime, type LlmConfig, type LlmRuntime } from './settings.js'
import { mostAnswerTokens, requestParameters } from './parameters.js'
import { batchShare, costOf, priceOf } from './prices.js'
import { mostUsage } from './tokens.js'

/** Calls, tokens, cost and time of putting some questions to a chat model. */
export interface Estimate {
  /** Questions put to the model, those with a stored answer included. */
  calls: number
  /** Questions whose answer is stored already. */
  stored: number
  /** Tokens of the prompts whose answers are not stored, by the encoding o200k. */
  promptTokens: number
  /** Most tokens that their answers can have. */
  answerTokens: number
  /**
   * Most that they can cost; `priceOf` is the day of the price, YYYY-MM-DD. Absent where no price
   * is known.
   */
  cost?: { amount: number; currency: string; priceOf: string }
  /**
   * Time at the rate of the model's last answers. Absent before its first answers, and for a batch.
   */
  seconds?: number
}

/** How the questions would be asked. */
export interface EstimateOptions {
  /** How the model is reached. Default: `defaultLlmRuntime`. */
  runtime?: LlmRuntime
  /** Folder of the answer store. Default: none. */
  answers?: string
  /** Whether by the OpenAI Batch API, at half the price. Default false. */
  batch?: boolean
}

/**
 * Estimates calls, tokens, cost and time of putting these prompts to the configured model; asks
 * nothing.
 * @throws ConfigError where the back-end is not known or a file that it needs is absent
 * @example
 * const { augmenter, judge } = trial
 * const { calls, cost } = await estimateCalls(augmenter.prompts(users), judge, config.llm)
 */
export async function estimateCalls(
  prompts: AsyncIterable<Prompt>,
  model: Pick<ChatModel, 'name'>,
  config: LlmConfig,
  { runtime = defaultLlmRuntime, answers, batch = false }: EstimateOptions = {},
): Promise<Estimate> {
  const backend = chatBackend(config)
  const fingerprint = backend.fingerprint(config)
  const stored =
    fingerprint !== undefined && answers !== undefined && existsSync(join(answers, dataFile))
  const store = stored ? openAnswerStore(answers, { readOnly: true }) : undefined
  try {
    const counts = await countTokens(prompts, model, config, fingerprint ?? '', store)
    const price = priceOf(config, runtime)
    const { promptTokens: prompt, answerTokens: completion } = counts
    const full = price && costOf({ prompt, completion, cached: 0 }, price)
    const amount = full && (batch ? batchShare : 1) * full
    const rate = store?.server(fingerprint!, model.name)?.seconds
    const inFlight = backend.inFlight(config, runtime)
    return {
      ...counts,
      ...(price && { cost: { amount: amount!, currency: price.currency, priceOf: price.date } }),
      ...(rate === undefined || batch
        ? {}
        : { seconds: ((counts.calls - counts.stored) * rate) / inFlight }),
    }
  } finally {
    await store?.close()
  }
}

async function countTokens(
  prompts: AsyncIterable<Prompt>,
  model: Pick<ChatModel, 'name'>,
  config: LlmConfig,
  backend: string,
  store: AnswerStore | undefined,
) {
  const source = { backend, parameters: requestParameters(config) }
  const counts = { calls: 0, stored: 0, promptTokens: 0, answerTokens: 0 }
  for await (const prompt of prompts) {
    counts.calls++
    if (store?.get(requestOf(model, source, prompt))) {
      counts.stored++
      continue
    }
    const answerTokens = mostAnswerTokens(config) ?? prompt.options.maxTokens
    const usage = await mostUsage(prompt.messages, answerTokens)
    counts.promptTokens += usage.prompt
    counts.answerTokens += usage.completion
  }
  return counts
}
