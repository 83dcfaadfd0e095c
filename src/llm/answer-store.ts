import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { open } from 'lmdb'
import { DataError, ProviderError, quote } from '../util/errors.js'
import type { AskOptions, ChatModel, Completion, Message } from './chat-model.js'

/** Everything that an answer depends on. */
export interface ChatRequest {
  /** Base URL of the server. */
  backend: string
  model: string
  messages: Message[]
  maxTokens: number
  promptVersion: string
}

/** A raw answer with its request, as the store and its export keep it. */
export interface StoredAnswer {
  request: ChatRequest
  text: string
  /** Log-probabilities (nats) of the most probable first tokens. */
  firstToken?: [token: string, logProbability: number][]
  usage?: Completion['usage']
  /** The server's own mark of the model that answered. */
  fingerprint?: string
}

/** Content-addressed by the SHA-256 of the request; several processes and threads share it, and a crash loses nothing. */
export interface AnswerStore {
  get(request: ChatRequest): StoredAnswer | undefined
  /** Resolves when the answer is safe. */
  put(answer: StoredAnswer): Promise<void>
  all(): Iterable<StoredAnswer>
  count(): number
  close(): Promise<void>
}

/** Opens the store in `folder`, or makes one. */
export function openAnswerStore(folder: string): AnswerStore {
  mkdirSync(folder, { recursive: true })
  const database = open<StoredAnswer, string>({ path: folder })
  return {
    get: (request) => database.get(keyOf(request)),
    async put(answer) {
      await database.put(keyOf(answer.request), answer)
    },
    *all() {
      for (const { value } of database.getRange()) yield value
    },
    count: () => database.getCount(),
    close: () => database.close(),
  }
}

/** SHA-256 (hex) of the whole request. */
export function keyOf({ backend, model, messages, maxTokens, promptVersion }: ChatRequest): string {
  const canonical = [backend, model, messages.map(({ role, content }) => [role, content]), maxTokens, promptVersion]
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex')
}

/**
 * The same model, asked only for what the store does not have; each answer is stored before it is used.
 * @param replay - never ask: @throws ProviderError naming the request that has no answer
 */
export function withAnswerStore(model: ChatModel, backend: string, store: AnswerStore, replay: boolean): ChatModel {
  return {
    ...model,
    async complete(messages, options) {
      const request = requestOf(model, backend, messages, options)
      const kept = store.get(request)
      if (kept) return completionOf(kept)
      if (replay) throw new ProviderError(`--replay: no stored answer of ${model.name} to request ${keyOf(request).slice(0, 16)}, which ends in ${quote(messages.at(-1)?.content.slice(-60))}; run once without --replay`, false)
      const completion = await model.complete(messages, options)
      await store.put({
        request,
        text: completion.text,
        ...(completion.firstToken ? { firstToken: [...completion.firstToken] } : {}),
        ...(completion.usage ? { usage: completion.usage } : {}),
        ...(completion.fingerprint ? { fingerprint: completion.fingerprint } : {}),
      })
      return completion
    },
  }
}

export function requestOf({ name }: ChatModel, backend: string, messages: Message[], { maxTokens, promptVersion = '' }: AskOptions): ChatRequest {
  return { backend, model: name, messages, maxTokens, promptVersion }
}

/** Reads one line of an export. @throws DataError naming file and line */
export function readStoredAnswer(line: string, at: { file: string; line: number }): StoredAnswer {
  let value: Partial<StoredAnswer> | undefined
  try {
    value = JSON.parse(line) as Partial<StoredAnswer>
  } catch {
    value = undefined
  }
  const request = value?.request as Partial<ChatRequest> | undefined
  const whole = typeof value?.text === 'string' && typeof request?.model === 'string' && typeof request.backend === 'string' && Array.isArray(request.messages) && typeof request.maxTokens === 'number'
  if (!whole) throw new DataError(`expected an answer as \`understudy answers export\` writes it, got ${quote(line)}`, at)
  return value as StoredAnswer
}

function completionOf({ text, firstToken, usage, fingerprint }: StoredAnswer): Completion {
  return { text, ...(firstToken ? { firstToken: new Map(firstToken) } : {}), ...(usage ? { usage } : {}), ...(fingerprint ? { fingerprint } : {}) }
}
