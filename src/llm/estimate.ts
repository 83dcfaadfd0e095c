import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { duration } from '../util/duration.js'
import { dataFile } from './answer-files.js'
import { type AnswerStore, openAnswerStore } from './answer-store.js'
import { chatBackend } from './backends/index.js'
import type { ChatModel } from './chat-model.js'
import { keyOf, type Prompt, requestOf } from './chat-request.js'
import { defaultLlmRuntime, type LlmConfig, type LlmRuntime } from './settings.js'
import { requestParameters } from './parameters.js'
import { batchShare, costOf, priceOf } from './prices.js'
import { mostAnswerTokens, promptTokens } from './tokens.js'

/** Calls, tokens, cost and time of putting some questions to a chat model. */
export interface Estimate {
  /**
   * Distinct questions put to the model, those with a stored answer included. A question that fails
   * is asked again, which is not counted here.
   */
  calls: number
  /** Questions whose answer is stored already. */
  stored: number
  /** Tokens of the prompts whose answers are not stored, by the encoding o200k. */
  promptTokens: number
  /** Most tokens that their answers can have; Infinity where the settings remove any bound. */
  answerTokens: number
  /**
   * Most that they can cost; `priceOf` is the day of the price, YYYY-MM-DD. Absent where no price
   * is known, or no bound of the answers.
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
  /** Questions that were counted before and are not counted again; grows. Default: none. */
  counted?: Set<string>
}

/** The estimate of both together. Its time is not known: it is that of one model's rate. */
export function sumOf(one: Estimate, other: Estimate): Estimate {
  const amount = one.cost && other.cost && one.cost.amount + other.cost.amount
  const known = amount !== undefined && one.cost!.currency === other.cost!.currency
  const seconds =
    one.seconds === undefined || other.seconds === undefined
      ? undefined
      : one.seconds + other.seconds
  return {
    calls: one.calls + other.calls,
    stored: one.stored + other.stored,
    promptTokens: one.promptTokens + other.promptTokens,
    answerTokens: one.answerTokens + other.answerTokens,
    ...(known ? { cost: { ...one.cost!, amount } } : {}),
    ...(seconds === undefined ? {} : { seconds }),
  }
}

/** An estimate in a line, for people. */
export function estimateLine(
  judge: string,
  estimate: Estimate,
  { about = '', free = false, batch = false } = {},
): string {
  const { calls, stored, promptTokens, answerTokens, cost, seconds } = estimate
  if (calls === 0) return `${judge}: nothing is asked`
  const price = free
    ? 'free'
    : cost
      ? `at most ${cost.amount.toFixed(4)} ${cost.currency} at the prices of ${cost.priceOf}`
      : answerTokens === Infinity
        ? 'cost without limit, since llm.extra removes the limit of answers'
        : 'price not known (--set llm.price)'
  const time = batch
    ? 'within a day'
    : seconds === undefined
      ? 'time not known'
      : `about ${duration(seconds)} at the rate of its last answers`
  return [
    `${judge}: at most ${calls} calls${about && ` ${about}`}, not counting retries; ${stored} of them are stored already`,
    `${promptTokens} prompt tokens and ${answerTokens} answer tokens to pay`,
    price,
    ...(free ? [] : [time]),
  ].join('; ')
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
  { runtime = defaultLlmRuntime, answers, batch = false, counted }: EstimateOptions = {},
): Promise<Estimate> {
  const backend = chatBackend(config)
  const fingerprint = backend.fingerprint(config)
  const stored =
    fingerprint !== undefined && answers !== undefined && existsSync(join(answers, dataFile))
  const store = stored ? openAnswerStore(answers, { readOnly: true }) : undefined
  try {
    const counts = await countTokens(prompts, model, config, fingerprint ?? '', store, counted)
    const price = priceOf(config, runtime)
    const { promptTokens: prompt, answerTokens: completion } = counts
    const full = price && costOf({ prompt, completion, cached: 0 }, price)
    const amount = Number.isFinite(full) ? (batch ? batchShare : 1) * full! : undefined
    const rate = store?.server(fingerprint!, model.name)?.seconds
    const inFlight = backend.inFlight(config, runtime)
    return {
      ...counts,
      ...(price && amount !== undefined
        ? { cost: { amount, currency: price.currency, priceOf: price.date } }
        : {}),
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
  counted = new Set<string>(),
) {
  const parameters = requestParameters(config)
  const counts = { calls: 0, stored: 0, promptTokens: 0, answerTokens: 0 }
  for await (const prompt of prompts) {
    const request = requestOf(model, { backend, parameters }, prompt)
    // A part of the key tells questions apart, and takes less memory.
    const key = keyOf(request).slice(0, 24)
    if (counted.has(key)) continue
    counted.add(key)
    counts.calls++
    if (store?.get(request)) {
      counts.stored++
      continue
    }
    counts.promptTokens += await promptTokens(prompt.messages)
    counts.answerTokens += mostAnswerTokens(parameters, prompt.options.maxTokens)
  }
  return counts
}
