import { GaveUpError, ProviderError, quote } from '../util/errors.js'
import { type AnswerStore, completionOf, storedAnswer } from './answer-store.js'
import type { AskOptions, ChatModel, Completion, Message } from './chat-model.js'
import { type ChatRequest, keyOf, requestOf, type RequestSource } from './chat-request.js'

/**
 * Treatment of a request without a stored answer: it is asked, refused (a ProviderError that names
 * it), or given up (a GaveUpError).
 */
export type Missing = 'ask' | 'refuse' | 'give up'

/** A model and the store of its answers. */
interface Stored {
  model: ChatModel
  source: RequestSource
  store: AnswerStore
  /** @throws ProviderError or GaveUpError unless missing answers are asked for */
  checkMayAsk(request: ChatRequest): void
  /** Remembers how long an answer took, and who gave it. */
  note(milliseconds: number, fingerprint?: string): void
}

/**
 * Asks the model only for what the store does not have; each answer is stored before it is used.
 * @param onNotice - told when the model's fingerprint has changed since its last answer
 */
export function withAnswerStore(
  model: ChatModel,
  source: RequestSource,
  store: AnswerStore,
  missing: Missing,
  onNotice?: (line: string) => void,
): ChatModel {
  const { name, offline } = model
  const stored = {
    model,
    source,
    store,
    checkMayAsk: (request: ChatRequest) => checkMayAsk(request, missing),
    note: noteOf(name, source, store, onNotice),
  }
  return {
    name,
    offline,
    complete: completeStored(stored),
    ...(model.logLikelihoods ? { logLikelihoods: logLikelihoodsStored(stored) } : {}),
  }
}

function completeStored({ model, source, store, checkMayAsk, note }: Stored) {
  const ask = async (request: ChatRequest, options: AskOptions) => {
    const started = performance.now()
    const completion = await model.complete(request.messages, options)
    await store.put(storedAnswer(request, completion))
    note(performance.now() - started, completion.fingerprint)
    return completion
  }
  /** Requests in flight: the same request, made meanwhile, waits for the same answer. */
  const inFlight = new Map<string, Promise<Completion>>()
  return async (messages: Message[], options: AskOptions): Promise<Completion> => {
    const request = requestOf(model, source, { messages, options })
    const kept = store.get(request)
    if (kept) return completionOf(kept)
    checkMayAsk(request)
    const key = keyOf(request)
    const answer = inFlight.get(key) ?? ask(request, options).finally(() => inFlight.delete(key))
    inFlight.set(key, answer)
    return answer
  }
}

function logLikelihoodsStored({ model, source, store, checkMayAsk, note }: Stored) {
  return async (
    context: string,
    texts: readonly string[],
    options: Omit<AskOptions, 'maxTokens'>,
  ): Promise<number[]> => {
    const messages: Message[] = [{ role: 'user', content: context }]
    const requests = texts.map((continuation) =>
      requestOf(model, source, { messages, continuation, options: { ...options, maxTokens: 0 } }),
    )
    const unknown = requests.filter((request) => store.get(request)?.logLikelihood === undefined)
    if (unknown.length > 0) {
      checkMayAsk(unknown[0])
      const started = performance.now()
      const asked = unknown.map(({ continuation }) => continuation!)
      const values = await model.logLikelihoods!(context, asked, options)
      await Promise.all(
        unknown.map((request, k) => store.put({ request, text: '', logLikelihood: values[k] })),
      )
      note((performance.now() - started) / unknown.length)
    }
    return requests.map((request) => store.get(request)!.logLikelihood!)
  }
}

function checkMayAsk(request: ChatRequest, missing: Missing): void {
  if (missing === 'ask') return
  if (missing === 'give up') throw new GaveUpError('the batch has no answer to it', true)
  const end = request.continuation ?? request.messages.at(-1)?.content.slice(-60)
  const name = `${request.model} to request ${keyOf(request).slice(0, 16)}`
  throw new ProviderError(
    `--replay: no stored answer of ${name}, which ends in ${quote(end)}; run once without --replay`,
    false,
  )
}

/** Weight of the past in the moving average of the time to an answer. */
const decay = 0.95

function noteOf(
  name: string,
  { backend }: RequestSource,
  store: AnswerStore,
  onNotice?: (line: string) => void,
) {
  return (milliseconds: number, fingerprint?: string): void => {
    const before = store.server(backend, name)
    if (fingerprint && before?.fingerprint && before.fingerprint !== fingerprint) {
      const change = `fingerprint ${fingerprint}, before ${before.fingerprint}`
      const advice =
        "answers stored before are the old model's (use another --answers folder to ask again)"
      onNotice?.(`${name} is not what it was: ${change}; ${advice}`)
    }
    const last = milliseconds / 1000
    const seconds = before ? decay * before.seconds + (1 - decay) * last : last
    const known = fingerprint ?? before?.fingerprint
    store.noteServer(backend, name, { seconds, ...(known ? { fingerprint: known } : {}) })
  }
}
