import OpenAI from 'openai'
import { ConfigError, GaveUpError, InterruptedError, quote } from '../util/errors.js'
import { keepSecret, keepSecretsOf, urlWithoutSecrets, userOf } from '../util/secrets.js'
import type { ChatHooks } from './backends/backend.js'
import type { ChatModel, Completion, Message } from './chat-model.js'
import { readCompletion } from './completion.js'
import { Dialect, dialectOf } from './dialect.js'
import { requestParameters } from './parameters.js'
import { type NamedServer, providerError } from './server-errors.js'
import { serverFetch } from './server-fetch.js'
import type { LlmConfig, LlmRuntime } from './settings.js'
import { promptTokens } from './tokens.js'

type ChatBody = OpenAI.ChatCompletionCreateParamsNonStreaming

/** A server with OpenAI's chat API, or what speaks its protocol in this process. */
export interface ChatServer extends NamedServer {
  /** Tries once. */
  client: OpenAI
  /** Model name as the server knows it. */
  model: string
  /** The parameters that the model takes. */
  dialect: Dialect
  /** Whether answers to prompts that the server has cut are refused. */
  refuseCutPrompts: boolean
  hooks?: ChatHooks
}

/** The configured server. @throws ConfigError where its URL or its model is not given */
export function serverOf(
  { url, model }: LlmConfig,
  runtime: LlmRuntime,
  hooks: ChatHooks = {},
): ChatServer {
  const { apiKeyVariable, timeoutSeconds, refuseCutPrompts } = runtime
  if (url === undefined)
    throw new ConfigError('the chat model openai needs a server: --llm-url URL')
  const name = urlWithoutSecrets(url)
  if (model === undefined)
    throw new ConfigError(`${name} serves several models: choose one with --llm-model`)
  const whole = new URL(runtime.secretUrl ?? url)
  keepSecretsOf(whole)
  const user = userOf(whole)
  const baseURL = whole.origin + whole.pathname.replace(/\/+(chat\/completions\/*)?$/, '')
  const client = new OpenAI({
    baseURL,
    apiKey: keyIn(apiKeyVariable),
    maxRetries: 0,
    // `serverFetch` ends what takes too long, with its body.
    timeout: 2 ** 31 - 1,
    fetch: serverFetch(baseURL, timeoutSeconds, hooks),
    defaultQuery: Object.fromEntries(whole.searchParams),
    // With a debugging log, the client would print the query.
    logLevel: 'off',
    ...(user === undefined ? {} : { defaultHeaders: { authorization: basic(user) } }),
  })
  const dialect = dialectOf(baseURL, model)
  return { name, client, model, apiKeyVariable, dialect, refuseCutPrompts, hooks }
}

const basic = (user: string) => `Basic ${Buffer.from(user).toString('base64')}`

/** The key of an environment variable. @throws ConfigError where it cannot be one */
function keyIn(variable: string): string {
  const key = process.env[variable]?.trim() ?? ''
  const odd = /[^\x21-\x7e]/u.exec(key)
  if (odd)
    throw new ConfigError(
      `${variable} holds ${quote(odd[0])}, which cannot be part of a key: copy the key again`,
    )
  keepSecret(key)
  return key || 'none'
}

/** The body of a chat request. */
export function chatBody(
  config: LlmConfig,
  model: string,
  messages: Message[],
  maxTokens: number,
): ChatBody {
  const parameters = requestParameters(config)
  const body = {
    model,
    messages,
    // A server takes one of the two.
    ...(parameters['max_completion_tokens'] == null ? { max_tokens: maxTokens } : {}),
    temperature: 0,
    logprobs: true,
    top_logprobs: 5,
    ...parameters,
  }
  return Object.fromEntries(
    Object.entries(body).filter(([, value]) => value !== null),
  ) as unknown as ChatBody
}

/**
 * Prompts of fewer tokens are not looked at: a server's count differs from ours by its frame of a
 * chat.
 */
const cutFrom = 100

/**
 * Reads an answer to a prompt, of a request or of a batch.
 * @throws GaveUpError where the server read less than half of the prompt; as `readCompletion` does
 */
export async function answerOf(
  body: unknown,
  messages: Message[],
  { name, refuseCutPrompts }: ChatServer,
): Promise<Completion> {
  const completion = readCompletion(body, name)
  const { prompt: read } = completion.usage ?? {}
  if (!refuseCutPrompts || read === undefined) return completion
  const sent = await promptTokens(messages)
  if (sent <= cutFrom || read >= sent / 2) return completion
  throw new GaveUpError(
    `${name}: the server read only ${read} tokens of a prompt of about ${sent}, so it cuts prompts; give it` +
      ' a larger context (Ollama: num_ctx, llama.cpp: --ctx-size), or send less' +
      ` (--set augmentation.historyTokens=${Math.max(0, Math.floor(read / 2))});` +
      ' if only its count is wrong: --set llm.refuseCutPrompts=false',
    false,
  )
}

/** A chat behind the `openai` client. One try a question. */
export function openaiChat(server: ChatServer, config: LlmConfig): ChatModel {
  const { model, dialect } = server
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
        const body = chatBody(config, model, messages, maxTokens)
        const ask = async () => {
          try {
            const answer = await answered(server, config, body, request.signal)
            return await answerOf(answer, messages, server)
          } catch (error) {
            throw providerError(error, server)
          }
        }
        return await dialect.inTurn(ask)
      } catch (error) {
        if (signal?.aborted)
          throw new InterruptedError('stopped: stored answers are kept', { cause: error })
        throw error
      } finally {
        signal?.removeEventListener('abort', abort)
      }
    },
  }
}

/** Puts a request, again where its refusal teaches which parameters the model takes. */
async function answered(
  { client, dialect, hooks }: ChatServer,
  { extra }: LlmConfig,
  body: ChatBody,
  signal: AbortSignal,
): Promise<unknown> {
  for (;;) {
    const said = dialect.say({ ...body })
    try {
      return await client.chat.completions.create(said as unknown as ChatBody, { signal })
    } catch (error) {
      if (!dialect.learn(error, said, extra, hooks?.onNotice)) throw error
      await hooks?.further?.()
    }
  }
}
