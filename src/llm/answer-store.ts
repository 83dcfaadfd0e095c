import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { open } from 'lmdb'
import { DataError, GaveUpError, ProviderError, quote } from '../util/errors.js'
import type { AskOptions, ChatModel, Completion, Message } from './chat-model.js'

/** Everything that an answer depends on. */
export interface ChatRequest {
  /** Base URL of the server, or a model file by its content. */
  backend: string
  model: string
  messages: Message[]
  /** Asked for instead of an answer: how likely this text is after the one message. */
  continuation?: string
  maxTokens: number
  /** What the configuration adds to the request's own parameters. */
  parameters: Record<string, unknown>
  promptVersion: string
}

/** A raw answer with its request, as the store and its export keep it. */
export interface StoredAnswer {
  request: ChatRequest
  text: string
  /** Log-probabilities (nats) of the most probable first tokens. */
  firstToken?: [token: string, logProbability: number][]
  /** log P(continuation | message), nats. */
  logLikelihood?: number
  usage?: Completion['usage']
  /** The server's own mark of the model that answered. */
  fingerprint?: string
}

/** What is known of a model from the answers it gave. */
export interface ServerRecord {
  /** Moving average of the time to an answer. */
  seconds: number
  /** Of its last answer. */
  fingerprint?: string
}

/** Content-addressed by the SHA-256 of the request; several processes and threads share it, and a crash loses nothing. */
export interface AnswerStore {
  get(request: ChatRequest): StoredAnswer | undefined
  /** Resolves when the answer is safe. */
  put(answer: StoredAnswer): Promise<void>
  all(): Iterable<StoredAnswer>
  count(): number
  server(backend: string, model: string): ServerRecord | undefined
  noteServer(backend: string, model: string, record: ServerRecord): void
  close(): Promise<void>
}

/** Opens the store in `folder`, or makes one. */
export function openAnswerStore(folder: string): AnswerStore {
  mkdirSync(folder, { recursive: true })
  const root = open({ path: folder })
  const answers = root.openDB<StoredAnswer, string>({ name: 'answers' })
  const servers = root.openDB<ServerRecord, string>({ name: 'servers' })
  const serverKey = (backend: string, model: string) => createHash('sha256').update(JSON.stringify([backend, model])).digest('hex')
  return {
    get: (request) => answers.get(keyOf(request)),
    async put(answer) {
      await answers.put(keyOf(answer.request), answer)
    },
    *all() {
      for (const { value } of answers.getRange()) yield value
    },
    count: () => answers.getCount(),
    server: (backend, model) => servers.get(serverKey(backend, model)),
    noteServer: (backend, model, record) => void servers.put(serverKey(backend, model), record),
    close: () => root.close(),
  }
}

/** SHA-256 (hex) of the whole request. */
export function keyOf({ backend, model, messages, continuation, maxTokens, parameters, promptVersion }: ChatRequest): string {
  const sorted = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1))
  const canonical = [backend, model, messages.map(({ role, content }) => [role, content]), continuation ?? null, maxTokens, sorted, promptVersion]
  return createHash('sha256').update(JSON.stringify(canonical)).digest('hex')
}

/** What answers, as far as an answer depends on it. */
export interface Source {
  backend: string
  parameters: Record<string, unknown>
}

/**
 * The same model, asked only for what the store does not have; each answer is stored before it is used.
 * @param missing - what to do about a request without an answer: ask, or never ask and @throws ProviderError naming it, or
 * GaveUpError
 * @param onNotice - told when the model's fingerprint has changed since its last answer
 */
export function withAnswerStore(model: ChatModel, source: Source, store: AnswerStore, missing: 'ask' | 'refuse' | 'give up', onNotice?: (line: string) => void): ChatModel {
  const { backend } = source
  const refuse = (request: ChatRequest) => {
    const end = request.continuation ?? request.messages.at(-1)?.content.slice(-60)
    if (missing === 'give up') throw new GaveUpError('the batch has no answer to it', true)
    if (missing === 'refuse') throw new ProviderError(`--replay: no stored answer of ${model.name} to request ${keyOf(request).slice(0, 16)}, which ends in ${quote(end)}; run once without --replay`, false)
  }
  const note = (milliseconds: number, fingerprint?: string) => {
    const before = store.server(backend, model.name)
    if (fingerprint && before?.fingerprint && before.fingerprint !== fingerprint)
      onNotice?.(`${model.name} is not what it was: fingerprint ${fingerprint}, before ${before.fingerprint}; answers stored before are the old model's (another --answers folder starts anew)`)
    const seconds = before ? 0.95 * before.seconds + 0.05 * (milliseconds / 1000) : milliseconds / 1000
    const known = fingerprint ?? before?.fingerprint
    store.noteServer(backend, model.name, { seconds, ...(known ? { fingerprint: known } : {}) })
  }
  const { logLikelihoods } = model
  const ask = async (request: ChatRequest, options: AskOptions) => {
    const started = performance.now()
    const completion = await model.complete(request.messages, options)
    await store.put(storedAnswer(request, completion))
    note(performance.now() - started, completion.fingerprint)
    return completion
  }
  /** Asked at this moment: who asks the same meanwhile waits for the same answer. */
  const inFlight = new Map<string, Promise<Completion>>()
  return {
    ...model,
    async complete(messages, options) {
      const request = requestOf(model, source, { messages, options })
      const kept = store.get(request)
      if (kept) return completionOf(kept)
      refuse(request)
      const key = keyOf(request)
      const answer = inFlight.get(key) ?? ask(request, options).finally(() => inFlight.delete(key))
      inFlight.set(key, answer)
      return answer
    },
    ...(logLikelihoods
      ? {
          async logLikelihoods(context, texts, options) {
            const messages: Message[] = [{ role: 'user', content: context }]
            const requests = texts.map((continuation) => requestOf(model, source, { messages, continuation, options: { ...options, maxTokens: 0 } }))
            const known = requests.map((request) => store.get(request)?.logLikelihood)
            const unknown = requests.filter((_, k) => known[k] === undefined)
            if (unknown.length > 0) {
              refuse(unknown[0])
              const started = performance.now()
              const values = await logLikelihoods(context, unknown.map(({ continuation }) => continuation!), options)
              await Promise.all(unknown.map((request, k) => store.put({ request, text: '', logLikelihood: values[k] })))
              note((performance.now() - started) / unknown.length)
            }
            return requests.map((request, k) => known[k] ?? store.get(request)!.logLikelihood!)
          },
        }
      : {}),
  }
}

/** A question as it is put to a model. */
export interface Prompt {
  messages: Message[]
  continuation?: string
  options: AskOptions
}

export function requestOf({ name }: ChatModel, { backend, parameters }: Source, { messages, continuation, options: { maxTokens, promptVersion = '' } }: Prompt): ChatRequest {
  return { backend, model: name, messages, ...(continuation === undefined ? {} : { continuation }), maxTokens, parameters, promptVersion }
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
  const whole = typeof value?.text === 'string' && typeof request?.model === 'string' && typeof request.backend === 'string' && Array.isArray(request.messages) && typeof request.maxTokens === 'number' && typeof request.parameters === 'object'
  if (!whole) throw new DataError(`expected an answer as \`understudy answers export\` writes it, got ${quote(line)}`, at)
  return value as StoredAnswer
}

export function storedAnswer(request: ChatRequest, { text, firstToken, usage, fingerprint }: Completion): StoredAnswer {
  return { request, text, ...(firstToken ? { firstToken: [...firstToken] } : {}), ...(usage ? { usage } : {}), ...(fingerprint ? { fingerprint } : {}) }
}

function completionOf({ text, firstToken, usage, fingerprint }: StoredAnswer): Completion {
  return { text, ...(firstToken ? { firstToken: new Map(firstToken) } : {}), ...(usage ? { usage } : {}), ...(fingerprint ? { fingerprint } : {}) }
}
