import { parseSettings } from '../util/settings.js'
import { openAnswerStore } from './answer-store.js'
import { chatBackend } from './backends/index.js'
import type { ChatModel } from './chat-model.js'
import { llmConfig, type LlmSettings } from './config.js'
import { askingFolder } from './do-once.js'
import { defaultLlmRuntime, type LlmConfig, type LlmRuntime } from './settings.js'
import { type Limits, withLimits } from './limits.js'
import { requestParameters } from './parameters.js'
import { priceOf } from './prices.js'
import { withRetries } from './retries.js'
import { newBill, spendingOf } from './spending.js'
import { withAnswerStore } from './with-answer-store.js'

/** Options of `chatModel`; none of them changes an answer. */
export interface ChatOptions extends Limits {
  /** How the model is reached. Default: `defaultLlmRuntime`. */
  runtime?: LlmRuntime
  /**
   * Folder of the answer store. Default: answers are not stored. Those of the offline reader never
   * are.
   */
  answers?: string
  /**
   * Takes every answer from the store and asks nobody; a missing one is a ProviderError. Default
   * false.
   */
  replay?: boolean
  /**
   * After `fillByBatch`: takes every answer from the store and asks nobody; a missing one is a
   * failed question (GaveUpError). Default false.
   */
  batched?: boolean
  /** Called with notices for a person, e.g. that the server's model has changed. */
  onNotice?: (line: string) => void
  /**
   * Makes the models that may cost money, whose questions are then put by another process. Default:
   * they are put by this one.
   * @internal
   */
  elsewhere?: (config: LlmConfig) => ChatModel
}

/**
 * Makes the chat model that the settings name, within its limits and behind the answer store.
 * @param settings - section `llm` of the configuration; default: the offline reader, which compares
 * words, costs nothing and is no language model
 * @throws ConfigError for a value that a setting does not allow, where a setting that the model
 * needs is absent, or `maxCost` is given and the price is not known
 * @example
 * const reader = chatModel()
 * const server = chatModel(
 *   { url: 'http://localhost:8080/v1', model: 'my-model' },
 *   { answers: 'runs/answers', maxCalls: 1000 },
 * )
 */
export function chatModel(settings: LlmSettings = {}, options: ChatOptions = {}): ChatModel {
  const config = parseSettings(llmConfig, settings, 'llm')
  const { runtime = defaultLlmRuntime, replay, batched, onNotice } = options
  const backend = chatBackend(config)
  if (options.elsewhere && !backend.free) return options.elsewhere(config)
  const fingerprint = backend.fingerprint(config)
  const answers = fingerprint === undefined ? undefined : options.answers
  const parameters = requestParameters(config)
  // Limits are inside the retries: each try is a request.
  const make = (further?: () => Promise<void>) =>
    backend.make(config, runtime, { onNotice, further })
  const limited = withLimits(make, {
    limits: backend.free ? { ...options, maxCost: undefined } : options,
    price: backend.free ? undefined : priceOf(config, runtime),
    parameters,
    spending: spendingOf(options.bill ?? newBill(), answers),
  })
  const model = backend.triesOnce ? withRetries(limited, runtime, onNotice) : limited
  if (fingerprint === undefined || answers === undefined) return model
  return withAnswerStore(
    model,
    { backend: fingerprint, parameters },
    openAnswerStore(answers, { readOnly: replay }),
    askingFolder(answers),
    batched ? 'give up' : replay ? 'refuse' : 'ask',
    onNotice,
  )
}

/** Number of questions worth asking the configured chat model at the same time. */
export function inFlightOf(config: LlmConfig, runtime: LlmRuntime = defaultLlmRuntime): number {
  return chatBackend(config).inFlight(config, runtime)
}

/**
 * Tells the configured chat model apart from those that would give other answers: part of the key
 * of each stored answer. Undefined where answers are free and not stored.
 * @throws ConfigError where a file that it needs is absent
 */
export function fingerprintOf(config: LlmConfig): string | undefined {
  return chatBackend(config).fingerprint(config)
}
