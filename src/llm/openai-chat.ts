import OpenAI from 'openai'
import { ConfigError, InterruptedError, ProviderError } from '../util/errors.js'
import type { ChatModel, Completion, Message } from './chat-model.js'
import type { LlmConfig } from './config.js'
import { offlineFetch, offlineReaderName } from './offline-reader.js'
import { requestParameters } from './parameters.js'

const offlineUrl = 'http://offline.invalid/v1'

type ChatBody = OpenAI.ChatCompletionCreateParamsNonStreaming

/** The `openai` client of a server, or of the offline reader where none is configured. It tries once. */
export function clientOf(config: LlmConfig): OpenAI {
  const offline = config.url === undefined
  if (!offline && config.model === undefined) throw new ConfigError(`${config.url} is a server of many models: say which with --llm-model`)
  return new OpenAI({
    baseURL: config.url ?? offlineUrl,
    apiKey: offline ? 'none' : (process.env[config.apiKeyVariable] ?? 'none'),
    maxRetries: 0,
    timeout: config.timeoutSeconds * 1000,
    ...(offline ? { fetch: offlineFetch(config.offline) } : {}),
  })
}

/** The body of a chat request. */
export function chatBody(config: LlmConfig, model: string, messages: Message[], maxTokens: number): ChatBody {
  const body = { model, messages, max_tokens: maxTokens, temperature: 0, logprobs: true, top_logprobs: 5, ...requestParameters(config) }
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null)) as unknown as ChatBody
}

/** What a server answered. @throws ProviderError for anything but a completion with a choice */
export function readCompletion(completion: Partial<OpenAI.ChatCompletion>, server: string): Completion {
  const choice = completion.choices?.[0]
  if (choice === undefined) throw new ProviderError(`${server}: the answer has no choices; is it an OpenAI-compatible server?`, true)
  const { usage } = completion
  const top = choice.logprobs?.content?.[0]?.top_logprobs
  return {
    text: choice.message?.content ?? '',
    ...(top ? { firstToken: new Map(top.map(({ token, logprob }) => [token, logprob])) } : {}),
    ...(usage ? { usage: { prompt: usage.prompt_tokens, completion: usage.completion_tokens, cached: usage.prompt_tokens_details?.cached_tokens ?? 0 } } : {}),
    ...(completion.system_fingerprint ? { fingerprint: completion.system_fingerprint } : {}),
  }
}

/** A chat behind the `openai` client. One try a question. */
export function openaiChat(config: LlmConfig): ChatModel {
  const offline = config.url === undefined
  const client = clientOf(config)
  const model = offline ? offlineReaderName(config.offline) : config.model!
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
        return readCompletion(await client.chat.completions.create(chatBody(config, model, messages, maxTokens), { signal: request.signal }), config.url ?? 'the offline reader')
      } catch (error) {
        if (signal?.aborted) throw new InterruptedError('stopped', { cause: error })
        throw providerError(error, config)
      } finally {
        signal?.removeEventListener('abort', abort)
      }
    },
  }
}

/** Says what failed and what to do; never holds a key, since only the status and the server's message are kept. */
export function providerError(error: unknown, { url, apiKeyVariable }: LlmConfig): ProviderError {
  if (error instanceof ProviderError) return error
  const server = url ?? 'the offline reader'
  const key = process.env[apiKeyVariable]
  const detail = error instanceof Error ? error.message : String(error)
  const harmless = key ? detail.replaceAll(key, '[key]') : detail
  // Anything but an answer of the API is a broken one: cut off, or no JSON.
  if (!(error instanceof OpenAI.APIError)) return new ProviderError(`${server}: the answer could not be read (${harmless})`, true)
  const { status, headers } = error as { status?: number; headers?: Headers }
  const retryable = status === undefined || status === 408 || status === 409 || status === 429 || status >= 500
  const advice = status === 401 ? `; set ${apiKeyVariable}` : status === 404 ? '; check --llm-url and --llm-model' : ''
  return new ProviderError(`${server}: ${harmless}${advice}`, retryable, { status, retryAfterSeconds: retryAfter(headers) })
}

/** Of `retry-after-ms`, or `retry-after` in seconds or as a date. */
function retryAfter(headers: Headers | undefined): number | undefined {
  const milliseconds = Number(headers?.get('retry-after-ms') ?? NaN)
  if (milliseconds >= 0) return milliseconds / 1000
  const text = headers?.get('retry-after')
  if (!text) return undefined
  const seconds = Number.isNaN(Number(text)) ? (Date.parse(text) - Date.now()) / 1000 : Number(text)
  return seconds >= 0 ? seconds : undefined
}
