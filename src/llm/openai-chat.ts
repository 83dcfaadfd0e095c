import OpenAI from 'openai'
import { ConfigError, InterruptedError, ProviderError } from '../util/errors.js'
import type { ChatModel, Completion, Message } from './chat-model.js'
import type { LlmConfig, LlmRuntime } from './settings.js'
import { requestParameters } from './parameters.js'

type ChatBody = OpenAI.ChatCompletionCreateParamsNonStreaming

/** A server with OpenAI's chat API, or what speaks its protocol in this process. */
export interface ChatServer {
  /** Name for messages, e.g. its base URL. */
  name: string
  /** Tries once. */
  client: OpenAI
  /** Model name as the server knows it. */
  model: string
  /** Name of the environment variable that holds its key; absent = it needs none. */
  apiKeyVariable?: string
}

/** The configured server. @throws ConfigError where its URL or its model is not given */
export function serverOf({ url, model }: LlmConfig, runtime: LlmRuntime): ChatServer {
  const { apiKeyVariable, timeoutSeconds } = runtime
  if (url === undefined)
    throw new ConfigError('the chat model openai needs a server: --llm-url URL')
  if (model === undefined)
    throw new ConfigError(`${url} is a server of many models: say which with --llm-model`)
  const client = new OpenAI({
    baseURL: url,
    apiKey: process.env[apiKeyVariable] ?? 'none',
    maxRetries: 0,
    timeout: timeoutSeconds * 1000,
  })
  return { name: url, client, model, apiKeyVariable }
}

/** The body of a chat request. */
export function chatBody(
  config: LlmConfig,
  model: string,
  messages: Message[],
  maxTokens: number,
): ChatBody {
  const body = {
    model,
    messages,
    max_tokens: maxTokens,
    temperature: 0,
    logprobs: true,
    top_logprobs: 5,
    ...requestParameters(config),
  }
  return Object.fromEntries(
    Object.entries(body).filter(([, value]) => value !== null),
  ) as unknown as ChatBody
}

/** Reads a server's answer. @throws ProviderError for anything but a completion with a choice */
export function readCompletion(
  completion: Partial<OpenAI.ChatCompletion>,
  server: string,
): Completion {
  const choice = completion.choices?.[0]
  if (choice === undefined)
    throw new ProviderError(
      `${server}: the answer has no choices; is it an OpenAI-compatible server?`,
      true,
    )
  const { usage } = completion
  const top = choice.logprobs?.content?.[0]?.top_logprobs
  return {
    text: choice.message?.content ?? '',
    ...(top ? { firstToken: new Map(top.map(({ token, logprob }) => [token, logprob])) } : {}),
    ...(usage
      ? {
          usage: {
            prompt: usage.prompt_tokens,
            completion: usage.completion_tokens,
            cached: usage.prompt_tokens_details?.cached_tokens ?? 0,
          },
        }
      : {}),
    ...(completion.system_fingerprint ? { fingerprint: completion.system_fingerprint } : {}),
  }
}

/** A chat behind the `openai` client. One try a question. */
export function openaiChat(server: ChatServer, config: LlmConfig): ChatModel {
  const { client, model } = server
  return {
    name: model,
    offline: false,
    async complete(messages, { maxTokens, signal }) {
      // The client never removes its listener from a signal, so each request has a signal that ends
      // with it.
      const request = new AbortController()
      const abort = () => request.abort()
      signal?.addEventListener('abort', abort)
      try {
        signal?.throwIfAborted()
        return readCompletion(
          await client.chat.completions.create(chatBody(config, model, messages, maxTokens), {
            signal: request.signal,
          }),
          server.name,
        )
      } catch (error) {
        if (signal?.aborted) throw new InterruptedError('stopped', { cause: error })
        throw providerError(error, server)
      } finally {
        signal?.removeEventListener('abort', abort)
      }
    },
  }
}

/**
 * Says what failed and what to do; never holds a key, since only the status and the server's
 * message are kept.
 */
export function providerError(
  error: unknown,
  { name, apiKeyVariable }: Pick<ChatServer, 'name' | 'apiKeyVariable'>,
): ProviderError {
  if (error instanceof ProviderError) return error
  const key = apiKeyVariable === undefined ? undefined : process.env[apiKeyVariable]
  const detail = error instanceof Error ? error.message : String(error)
  const harmless = key ? detail.replaceAll(key, '[key]') : detail
  // An error that is not the API's own is a broken answer: cut off, or no JSON.
  if (!(error instanceof OpenAI.APIError))
    return new ProviderError(`${name}: the answer could not be read (${harmless})`, true)
  const { status, headers } = error as { status?: number; headers?: Headers }
  const retryable =
    status === undefined || status === 408 || status === 409 || status === 429 || status >= 500
  const advice =
    status === 401 && apiKeyVariable !== undefined
      ? `; set ${apiKeyVariable}`
      : status === 404
        ? '; check --llm-url and --llm-model'
        : ''
  return new ProviderError(`${name}: ${harmless}${advice}`, retryable, {
    status,
    retryAfterSeconds: retryAfter(headers),
  })
}

/** Seconds by the header `retry-after-ms`, or `retry-after` in seconds or as a date. */
function retryAfter(headers: Headers | undefined): number | undefined {
  const milliseconds = Number(headers?.get('retry-after-ms') ?? NaN)
  if (milliseconds >= 0) return milliseconds / 1000
  const text = headers?.get('retry-after')
  if (!text) return undefined
  const seconds = Number.isNaN(Number(text)) ? (Date.parse(text) - Date.now()) / 1000 : Number(text)
  return seconds >= 0 ? seconds : undefined
}
