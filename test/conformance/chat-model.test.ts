import { describe } from 'vitest'
import { chatModels } from '#src/llm/backends/index.js'
import type { AskOptions, ChatModel, Completion, Message } from '#src/llm/chat-model.js'
import { InterruptedError } from '#src/util/errors.js'
import { fakeOpenai } from '../support/fake-openai.js'
import { atHand, gemma, needs } from '../support/gguf.js'
import { conformance } from './chat-model.js'

describe('the offline reader', () =>
  conformance({ backend: 'offline-reader', settings: () => ({}) }))

describe('a server with OpenAI’s chat API', () =>
  conformance({
    backend: 'openai',
    settings: async () => ({ url: (await fakeOpenai()).url, model: 'm' }),
  }))

describe('a server that fails in a third of the requests', () =>
  conformance({
    backend: 'openai',
    settings: async () => ({
      url: (await fakeOpenai({ faults: 0.3, hang: 100 })).url,
      model: 'm',
      retryMilliseconds: 1,
      maxRetries: 12,
    }),
  }))

if (!atHand(gemma))
  process.stderr.write('skipped: there is no GGUF model file in data/models (npm run models)\n')
describe(`a GGUF model file${needs(gemma)}`, () =>
  conformance(
    // What was read before moves a log-probability by up to .1.
    { backend: 'gguf', settings: () => ({ gguf: gemma }), tolerance: 0.15 },
    !atHand(gemma),
  ))

/** A class, as people write them: it answers by the length of the prompt. */
class LengthModel implements ChatModel {
  readonly offline = false
  constructor(private readonly label: string) {}

  get name() {
    return this.label
  }

  complete([{ content }]: Message[], { signal }: AskOptions): Promise<Completion> {
    if (signal?.aborted) return Promise.reject(new InterruptedError('stopped'))
    return Promise.resolve({ text: this.answer(content) })
  }

  logLikelihoods(context: string, texts: readonly string[]): Promise<number[]> {
    return Promise.resolve(texts.map((text) => -(context + text).charCodeAt(context.length + 1)))
  }

  private answer(content: string) {
    return content.length % 2 === 0 ? '1' : '2'
  }
}

chatModels.add({
  name: 'length',
  fingerprint: ({ model }) => `length:${model}`,
  inFlight: (_, { concurrency }) => concurrency,
  make: ({ model }) => new LengthModel(model ?? 'length'),
})

describe('a custom model', () =>
  conformance({ backend: 'length', settings: () => ({ backend: 'length', model: 'm' }) }))
