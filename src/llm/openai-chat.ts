import OpenAI from 'openai'
import { InterruptedError, ProviderError } from '../util/errors.js'
import { openAnswerStore, withAnswerStore } from './answer-store.js'
import type { ChatModel } from './chat-model.js'
import type { LlmConfig } from './config.js'
import { type Limits, withLimits } from './limits.js'
import { offlineFetch, offlineReaderName } from './offline-reader.js'

const offlineUrl = 'http://offline.invalid/v1'

/** Run-time things of a chat model. */
export interface ChatOptions extends Limits {
  /** Folder of the answer store; answers of the offline reader are free and are not kept. */
  answers?: string
  /** Take every answer from the store, and ask nobody. */
  replay?: boolean
}

/** The configured chat model: an OpenAI-compatible server, or by default the offline reader behind the same client. */
export function chatModel(config: LlmConfig, { answers, replay = false, ...limits }: ChatOptions = {}): ChatModel {
  const model = withLimits(openaiChat(config), limits, config.price)
  if (config.url === undefined || answers === undefined) return model
  return withAnswerStore(model, config.url, openAnswerStore(answers), replay)
}

function openaiChat(config: LlmConfig): ChatModel {
  const offline = config.url === undefined
  const client = new OpenAI({
    baseURL: config.url ?? offlineUrl,
    apiKey: offline ? 'none' : (process.env[config.apiKeyVariable] ?? 'none'),
    maxRetries: offline ? 0 : config.maxRetries,
    timeout: config.timeoutSeconds * 1000,
    ...(offline ? { fetch: offlineFetch } : {}),
  })
  const model = config.model ?? offlineReaderName
  return {
    name: model,
    offline,
    async complete(messages, { maxTokens, signal }) {
      // The client never takes its listener off a signal; one of the request's own goes with the request.
      const request = new AbortController()
      const abort = () => request.abort()
      signal?.addEventListener('abort', abort)
      try {
        signal?.throwIfAborted()
        const completion = await client.chat.completions.create(
          { model, messages, max_tokens: maxTokens, temperature: 0, logprobs: true, top_logprobs: 5 },
          { signal: request.signal },
        )
        const choice = (completion as Partial<typeof completion>).choices?.[0]
        if (choice === undefined) throw new ProviderError(`${config.url ?? 'the offline reader'}: the answer has no choices; is it an OpenAI-compatible server?`, false)
        const { usage } = completion
        const top = choice.logprobs?.content?.[0]?.top_logprobs
        return {
          text: choice.message?.content ?? '',
          ...(top ? { firstToken: new Map(top.map(({ token, logprob }) => [token, logprob])) } : {}),
          ...(usage ? { usage: { prompt: usage.prompt_tokens, completion: usage.completion_tokens, cached: usage.prompt_tokens_details?.cached_tokens ?? 0 } } : {}),
          ...(completion.system_fingerprint ? { fingerprint: completion.system_fingerprint } : {}),
        }
      } catch (error) {
        if (signal?.aborted) throw new InterruptedError('stopped', { cause: error })
        throw error instanceof ProviderError ? error : providerError(error, config)
      } finally {
        signal?.removeEventListener('abort', abort)
      }
    },
  }
}

/** Says what failed and what to do; never holds a key, since only the status and the server's message are kept. */
function providerError(error: unknown, { url, apiKeyVariable }: LlmConfig): ProviderError {
  if (!(error instanceof OpenAI.APIError)) return new ProviderError(`the chat model failed: ${String(error)}`, false)
  const { status } = error
  const retryable = status === undefined || status === 429 || status >= 500
  const key = process.env[apiKeyVariable]
  const detail = key ? error.message.replaceAll(key, '[key]') : error.message
  const advice = status === 401 ? `; set ${apiKeyVariable}` : status === 404 ? '; check --llm-url and --llm-model' : ''
  return new ProviderError(`${url ?? 'the offline reader'}: ${detail}${advice}`, retryable)
}
