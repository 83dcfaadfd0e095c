import { expect, it, onTestFinished } from 'vitest'
import { llmConfig } from '#src/llm/config.js'
import { chatModel } from '#src/llm/openai-chat.js'
import { ProviderError } from '#src/util/errors.js'
import { chatServer, completion } from '../support/chat-server.js'

const ask = [{ role: 'user', content: '1 or 2?' }] as const
const model = (url: string, settings = {}) => chatModel(llmConfig.parse({ url, model: 'my-model', maxRetries: 2, apiKeyVariable: 'UNDERSTUDY_TEST_KEY', ...settings }))

function withKey(key: string) {
  process.env['UNDERSTUDY_TEST_KEY'] = key
  onTestFinished(() => void delete process.env['UNDERSTUDY_TEST_KEY'])
}

it('sends model, messages and key, and gives back text and log-probabilities', async () => {
  withKey('sk-test')
  const { url, requests } = await chatServer(() => ({ status: 200, body: completion('2', { '2': -0.1, '1': -2.4 }) }))
  const { text, firstToken } = await model(url).complete([...ask], { maxTokens: 1 })
  expect(text).toBe('2')
  expect(firstToken).toEqual(new Map([['2', -0.1], ['1', -2.4]]))
  expect(requests).toEqual([{ model: 'my-model', messages: ask, authorization: 'Bearer sk-test' }])
})

it('asks again after a 429 and a 500', async () => {
  const failing = [429, 500]
  const { url, requests } = await chatServer((_, count) => (count <= 2 ? { status: failing[count - 1], body: {}, headers: { 'retry-after-ms': '1' } } : '1'))
  expect((await model(url).complete([...ask], { maxTokens: 1 })).text).toBe('1')
  expect(requests).toHaveLength(3)
})

it.each([
  [401, /set UNDERSTUDY_TEST_KEY/, false],
  [404, /check --llm-url and --llm-model/, false],
  [503, /503/, true],
])('status %d is an error that says what to do and holds no key', async (status, message, retryable) => {
  withKey('sk-secret-key')
  const { url } = await chatServer(() => ({ status, body: { error: { message: 'you sent sk-secret-key' } }, headers: { 'retry-after-ms': '1' } }))
  const error = await model(url).complete([...ask], { maxTokens: 1 }).catch((error: unknown) => error as ProviderError)
  expect(error).toBeInstanceOf(ProviderError)
  expect(error).toMatchObject({ message: expect.stringMatching(message) as string, retryable })
  expect((error as Error).message).not.toContain('sk-secret-key')
})

it.each([
  ['no JSON', '<html>'],
  ['no choices', {}],
])('an answer with %s is an error of the server', async (_, body) => {
  const { url } = await chatServer(() => ({ status: 200, body }))
  await expect(model(url).complete([...ask], { maxTokens: 1 })).rejects.toThrow(ProviderError)
})

it('names the server that cannot be reached', async () => {
  await expect(model('http://127.0.0.1:9/v1', { maxRetries: 0 }).complete([...ask], { maxTokens: 1 })).rejects.toThrow(/127\.0\.0\.1:9/)
})

it('stops at once when told to', async () => {
  const { url } = await chatServer(() => new Promise(() => {}))
  const controller = new AbortController()
  const waiting = model(url).complete([...ask], { maxTokens: 1, signal: controller.signal })
  setTimeout(() => controller.abort(), 50)
  await expect(waiting).rejects.toThrow('stopped')
})
