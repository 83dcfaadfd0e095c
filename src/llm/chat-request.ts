import type { AskOptions, ChatModel, Message } from './chat-model.js'
import { sha256 } from '../util/sha256.js'

/** A question to a chat model: an answer is wanted, or the likelihood of a given text. */
export interface Prompt {
  messages: Message[]
  /** Where it is given, not an answer is wanted but log P(continuation | the one message). */
  continuation?: string
  options: AskOptions
}

/** The part of a request that says who answers. */
export interface RequestSource {
  /**
   * Fingerprint of the chat model's back-end: a server's base URL, or a model file by its content.
   */
  backend: string
  /** Request parameters that the configuration adds to the usual ones. */
  parameters: Record<string, unknown>
}

/**
 * A question with everything that its answer depends on: the key of a stored answer is its hash.
 */
export interface ChatRequest extends RequestSource {
  /** Name of the chat model. */
  model: string
  messages: Message[]
  /** Where it is given, log P(continuation | the one message) is wanted. */
  continuation?: string
  /** Most tokens of the answer. */
  maxTokens: number
  /** Version of the prompt's wording; empty where it has none. */
  promptVersion: string
}

/** The request that puts a prompt to a model. */
export function requestOf(
  { name }: Pick<ChatModel, 'name'>,
  { backend, parameters }: RequestSource,
  { messages, continuation, options: { maxTokens, promptVersion = '' } }: Prompt,
): ChatRequest {
  return {
    backend,
    model: name,
    messages,
    ...(continuation === undefined ? {} : { continuation }),
    maxTokens,
    parameters,
    promptVersion,
  }
}

/** SHA-256 (hex) of the whole request; the order of its parameters does not matter. */
export function keyOf(request: ChatRequest): string {
  const { backend, model, messages, continuation, maxTokens, parameters, promptVersion } = request
  const sorted = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1))
  const canonical = [
    backend,
    model,
    messages.map(({ role, content }) => [role, content]),
    continuation ?? null,
    maxTokens,
    sorted,
    promptVersion,
  ]
  return sha256(JSON.stringify(canonical))
}
