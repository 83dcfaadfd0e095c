import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { chatBackend, chatModels } from '#src/llm/backends/index.js'
import type { ChatBackend } from '#src/llm/backends/backend.js'
import { openAnswerStore } from '#src/llm/answer-store.js'
import { type LlmConfig, llmConfig } from '#src/llm/config.js'
import { inFlightOf } from '#src/llm/model.js'
import { readSettings } from '#src/experiment/config.js'
import { chat } from '../support/chat.js'
import { folderOf } from '../support/files.js'

const ask = [{ role: 'user' as const, content: '1 or 2?' }]

/** A back-end of a user's own that counts what it is asked. */
function own(name: string, more: Partial<ChatBackend> = {}): ChatBackend & { asked: number } {
  const backend = {
    name,
    asked: 0,
    fingerprint: ({ model }: LlmConfig) => `${name}:${model}`,
    inFlight: () => 3,
    make: ({ model }: LlmConfig) => ({
      name: model ?? name,
      offline: false,
      complete() {
        backend.asked++
        return Promise.resolve({ text: '1' })
      },
    }),
    ...more,
  }
  return backend
}

describe('the registry of chat models', () => {
  it.each([
    [{}, 'offline-reader'],
    [{ model: 'm' }, 'offline-reader'],
    [{ url: 'http://x/v1', model: 'm' }, 'openai'],
    [{ gguf: 'a.gguf', url: 'http://x/v1', model: 'm' }, 'gguf'],
    [{ backend: 'offline-reader', gguf: 'a.gguf' }, 'offline-reader'],
  ])('gives for %j the model %s', (settings, name) =>
    expect(chatBackend(llmConfig.parse(settings)).name).toBe(name),
  )

  it('asks an added model where its name is given, and stores its answers by its fingerprint', async () => {
    const backend = own('by-name')
    chatModels.add(backend)
    const answers = join(folderOf({}), 'store')
    const settings = { backend: 'by-name', model: 'm' }
    for (let k = 0; k < 2; k++) await chat(settings, { answers }).complete(ask, { maxTokens: 1 })
    expect(backend.asked).toBe(1)
    const store = openAnswerStore(answers)
    expect([...store.all()].map(({ request }) => [request.backend, request.model])).toEqual([
      ['by-name:m', 'm'],
    ])
    await store.close()
    expect(inFlightOf(llmConfig.parse(settings))).toBe(3)
    expect(chatBackend(llmConfig.parse({ model: 'm' })).name).toBe('offline-reader')
  })

  it('asks an added model before the others where it matches', () => {
    chatModels.add(own('by-model', { matches: ({ model }) => model === 'mine' }))
    expect(chatBackend(llmConfig.parse({ url: 'http://x/v1', model: 'mine' })).name).toBe(
      'by-model',
    )
    expect(chatBackend(llmConfig.parse({ url: 'http://x/v1', model: 'm' })).name).toBe('openai')
  })

  it('stores nothing of a model without a fingerprint', async () => {
    const backend = own('unmarked', { fingerprint: () => undefined })
    chatModels.add(backend)
    const answers = join(folderOf({}), 'store')
    for (let k = 0; k < 2; k++)
      await chat({ backend: 'unmarked' }, { answers }).complete(ask, { maxTokens: 1 })
    expect(backend.asked).toBe(2)
    expect(existsSync(answers)).toBe(false)
  })

  it.each([
    [
      { backend: 'none' },
      /^setting llm\.backend = "none": unknown chat model; known: offline-reader, openai, gguf/,
    ],
    [{ backend: 'gguf' }, /^the chat model gguf needs a model file: --gguf FILE/],
    [{ backend: 'openai' }, /^the chat model openai needs a server: --llm-url URL/],
    [{ url: 'http://x/v1' }, /^http:\/\/x\/v1 serves several models: choose one/],
    [{ model: 'm' }, /^the model "m" needs the server that has it: --llm-url URL/],
  ])('says of %j what is allowed or missing', (settings, message) =>
    expect(() => chat(settings)).toThrow(message),
  )

  it('puts no backend into a configuration that names none', () =>
    expect(readSettings({}).config.llm).not.toHaveProperty('backend'))
})
