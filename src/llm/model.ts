import { openAnswerStore, withAnswerStore } from './answer-store.js'
import type { ChatModel } from './chat-model.js'
import type { LlmConfig } from './config.js'
import { ggufFingerprint, ggufModel } from './gguf.js'
import { type Limits, withLimits } from './limits.js'
import { openaiChat } from './openai-chat.js'
import { mostAnswerTokens, requestParameters } from './parameters.js'
import { priceOf } from './prices.js'
import { withRetries } from './retries.js'

/** Run-time things of a chat model. */
export interface ChatOptions extends Limits {
  /** Folder of the answer store; answers of the offline reader are free and are not kept. */
  answers?: string
  /** Take every answer from the store, and ask nobody. */
  replay?: boolean
  /** The same after a batch, whose failed requests are failed questions. */
  batched?: boolean
  /** Called with what a person should know, e.g. that the server's model has changed. */
  onNotice?: (line: string) => void
}

/** The configured chat model: a model file, an OpenAI-compatible server, or by default the offline reader behind the same client. */
export function chatModel(config: LlmConfig, { answers, replay = false, batched = false, onNotice, ...limits }: ChatOptions = {}): ChatModel {
  const asked = config.gguf !== undefined ? ggufModel(config.gguf) : config.url !== undefined ? withRetries(openaiChat(config), config) : openaiChat(config)
  const model = withLimits(asked, limits, priceOf(config), mostAnswerTokens(config))
  const backend = backendOf(config)
  if (backend === undefined || answers === undefined) return model
  return withAnswerStore(model, { backend, parameters: requestParameters(config) }, openAnswerStore(answers), batched ? 'give up' : replay ? 'refuse' : 'ask', onNotice)
}

/** Questions worth asking at the same time: a model in this process takes one after the other. */
export function inFlightOf({ gguf, concurrency }: LlmConfig): number {
  return gguf === undefined ? concurrency : 1
}

/** What answers: a server's base URL, a model file by its content; undefined for the offline reader, whose answers are free. */
export function backendOf({ gguf, url }: LlmConfig): string | undefined {
  return gguf === undefined ? url : `gguf:${ggufFingerprint(gguf)}`
}
