import { GaveUpError, ProviderError, quote } from '../util/errors.js'
import { type AnswerStore, completionOf, storedAnswer } from './answer-store.js'
import type { AskOptions, ChatModel, Completion, Message } from './chat-model.js'
import { type ChatRequest, keyOf, requestOf, type RequestSource } from './chat-request.js'
import { doOnce } from './do-once.js'

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
  /** Folder of the locks of questions that are being asked. */
  locks: string
  /** @throws ProviderError or GaveUpError unless missing answers are asked for */
  checkMayAsk(request: ChatRequest): void
  /** Remembers how long an answer took, and who gave it. */
  note(milliseconds: number, fingerprint?: string): void
}

/**
 * Asks the model only for what the store does not have; each answer is stored before it is used. A
 * question that another process or thread is asking is waited for.
 * @param locks - folder of the locks of questions that are being asked
 * @param onNotice - told when the model's fingerprint has changed since its last answer
 */
export function withAnswerStore(
  model: ChatModel,
  source: RequestSource,
  store: AnswerStore,
  locks: string,
  missing: Missing,
  onNotice?: (line: string) => void,
): ChatModel {
  const { name, offline } = model
  const stored = {
    model,
    source,
    store,
    locks,
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

function completeStored({ model, source, store, locks, checkMayAsk, note }: Stored) {
  const ask = async (request: ChatRequest, options: AskOptions) => {
    const started = performance.now()
    const completion = await model.complete(request.messages, options)
    await store.put(storedAnswer(request, completion))
    note(performance.now() - started, completion.fingerprint)
  }
  return async (messages: Message[], options: AskOptions): Promise<Completion> => {
    const request = requestOf(model, source, { messages, options })
    const isStored = () => store.get(request) !== undefined
    if (!isStored()) {
      checkMayAsk(request)
      const work = () => ask(request, options)
      await doOnce(locks, [keyOf(request)], isStored, work, options.signal)
    }
    return completionOf(store.get(request)!)
  }
}

function logLikelihoodsStored({ model, source, store, locks, checkMayAsk, note }: Stored) {
  return async (
    context: string,
    texts: readonly string[],
    options: Omit<AskOptions, 'maxTokens'>,
  ): Promise<number[]> => {
    const messages: Message[] = [{ role: 'user', content: context }]
    const requests = texts.map((continuation) =>
      requestOf(model, source, { messages, continuation, options: { ...options, maxTokens: 0 } }),
    )
    const stored = (k: number) => store.get(requests[k])?.logLikelihood
    const isStored = (k: number) => stored(k) !== undefined
    const ask = async (some: number[]) => {
      const started = performance.now()
      const asked = some.map((k) => texts[k])
      const values = await model.logLikelihoods!(context, asked, options)
      await Promise.all(
        some.map((k, n) => store.put({ request: requests[k], text: '', logLikelihood: values[n] })),
      )
      note((performance.now() - started) / some.length)
    }
    const unknown = requests.find((_, k) => !isStored(k))
    if (unknown) {
      checkMayAsk(unknown)
      await doOnce(locks, requests.map(keyOf), isStored, ask, options.signal)
    }
    return requests.map((_, k) => stored(k)!)
  }
}

function checkMayAsk(request: ChatRequest, missing: Missing): void {
  if (missing === 'ask') return
  if (missing === 'give up') throw new GaveUpError('the batch has no answer to this question', true)
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
