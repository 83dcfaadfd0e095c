import type { MessagePort } from 'node:worker_threads'
import { sharedMemo, type SharedTexts } from '../../experiment/memo.js'
import type { AskOptions, ChatModel, Message } from '../../llm/chat-model.js'
import type { LlmConfig } from '../../llm/config.js'
import type { ChatOptions } from '../../llm/model.js'
import { completionOf, type StoredAnswer } from '../../llm/stored-answer.js'
import { InputError } from '../../util/errors.js'
import type { InlineOptions } from '../inline.js'
import { interrupted } from '../interrupted.js'
import { callsThrough } from './thread-calls.js'
import { sha256 } from '../../util/sha256.js'

/** The chat model that the coordinator asks. */
export interface Judge {
  name: string
  /** Whether it gives likelihoods of texts. */
  likelihoods: boolean
}

/** A question to the coordinator's chat model. */
export interface Question {
  /** Digest of the settings of the model. */
  llm: string
  messages: Message[]
  maxTokens: number
  promptVersion?: string
  /** Where they are given, log P(text | the one message) of each is wanted. */
  texts?: string[]
}

/** An answer as JSON has it; `likelihoods` [texts.length], nats. */
export interface Answer extends Omit<StoredAnswer, 'request' | 'logLikelihood'> {
  likelihoods?: number[]
}

/** What a worker thread calls in the main thread, which is connected to the Redis. */
export type SharedCalls = {
  read: SharedTexts['read']
  write: SharedTexts['write']
  ask(question: Question): Promise<Answer>
}

/** What a worker thread is given to share work with other machines. */
export interface SharedData {
  calls: MessagePort
  judge?: Judge
}

/** Finished work and answers that a thread shares with other machines. */
export function sharedThrough({ calls: port, judge }: SharedData): InlineOptions {
  const calls = callsThrough<SharedCalls>(port)
  return { memo: sharedMemo(calls), elsewhere: askingBy(calls, judge) }
}

/** Tells chat models apart by their settings; those of the offline reader are for itself alone. */
export function llmDigest({ offline: _, ...llm }: LlmConfig): string {
  return sha256(JSON.stringify(llm))
}

/** Puts questions to the coordinator, which alone has keys and limits: never to a URL of a job. */
function askingBy(calls: SharedCalls, judge: Judge | undefined): ChatOptions['elsewhere'] {
  return (config) => {
    if (!judge) throw new InputError('a job with a chat model, but without its name')
    const llm = llmDigest(config)
    const ask = ({ maxTokens, promptVersion, signal }: AskOptions, more: Partial<Question>) =>
      unlessAborted(signal, calls.ask({ llm, messages: [], maxTokens, promptVersion, ...more }))
    const model: ChatModel = {
      name: judge.name,
      offline: false,
      complete: async (messages, options) => completionOf(await ask(options, { messages })),
    }
    if (!judge.likelihoods) return model
    return {
      ...model,
      async logLikelihoods(context, texts, options) {
        const messages: Message[] = [{ role: 'user', content: context }]
        const answer = await ask({ ...options, maxTokens: 0 }, { messages, texts: [...texts] })
        return answer.likelihoods ?? []
      },
    }
  }
}

function unlessAborted<T>(signal: AbortSignal | undefined, answer: Promise<T>): Promise<T> {
  if (!signal) return answer
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(interrupted())
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort)
    answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
