import { expect, it, onTestFinished } from 'vitest'
import { GaveUpError, ProviderError } from '#src/util/errors.js'
import { chat } from '../support/chat.js'
import { chatServer, completion } from '../support/chat-server.js'

const ask = [{ role: 'user', content: '1 or 2?' }] as const
const model = (url: string, settings = {}) =>
  chat({
    url,
    model: 'my-model',
    maxRetries: 2,
    retryMilliseconds: 1,
    apiKeyVariable: 'UNDERSTUDY_TEST_KEY',
    ...settings,
  })

function withKey(key: string) {
  process.env['UNDERSTUDY_TEST_KEY'] = key
  onTestFinished(() => void delete process.env['UNDERSTUDY_TEST_KEY'])
}

it('the client sends model, messages and key, and gives back text and log-probabilities', async () => {
  withKey('sk-test')
  const { url, requests } = await chatServer(() => ({
    status: 200,
    body: completion('2', { '2': -0.1, '1': -2.4 }),
  }))
  const { text, firstToken } = await model(url).complete([...ask], { maxTokens: 1 })
  expect(text).toBe('2')
  expect(firstToken).toEqual(
    new Map([
      ['2', -0.1],
      ['1', -2.4],
    ]),
  )
  expect(requests).toEqual([{ model: 'my-model', messages: ask, authorization: 'Bearer sk-test' }])
})

it('the client asks again after a 429 and a 500', async () => {
  const failing = [429, 500]
  const { url, requests } = await chatServer((_, count) =>
    count <= 2 ? { status: failing[count - 1], body: {}, headers: { 'retry-after-ms': '1' } } : '1',
  )
  expect((await model(url).complete([...ask], { maxTokens: 1 })).text).toBe('1')
  expect(requests).toHaveLength(3)
})

it.each([
  [401, /set UNDERSTUDY_TEST_KEY/, false],
  [404, /check --llm-url and --llm-model/, false],
  [503, /503/, true],
])(
  'status %d is an error that says what to do and holds no key',
  async (status, message, retryable) => {
    withKey('sk-secret-key')
    const { url } = await chatServer(() => ({
      status,
      body: { error: { message: 'you sent sk-secret-key' } },
      headers: { 'retry-after-ms': '100' },
    }))
    // So long it waits for a server that may be loading its model.
    const error = await model(url, { timeoutSeconds: 1 })
      .complete([...ask], { maxTokens: 1 })
      .catch((error: unknown) => error as ProviderError)
    expect(error).toBeInstanceOf(ProviderError)
    expect(error).toMatchObject({ message: expect.stringMatching(message) as string, retryable })
    expect((error as Error).message).not.toContain('sk-secret-key')
  },
)

it.each([
  ['no JSON', '<html>'],
  ['no choices', {}],
])('an answer with %s is an error of the server', async (_, body) => {
  const { url } = await chatServer(() => ({ status: 200, body }))
  await expect(model(url).complete([...ask], { maxTokens: 1 })).rejects.toThrow(ProviderError)
})

it('the client names a server that cannot be reached', async () => {
  await expect(
    model('http://127.0.0.1:9/v1', { maxRetries: 0 }).complete([...ask], { maxTokens: 1 }),
  ).rejects.toThrow(/127\.0\.0\.1:9/)
})

it('the client stops at once when told to', async () => {
  const { url } = await chatServer(() => new Promise(() => {}))
  const controller = new AbortController()
  const waiting = model(url).complete([...ask], { maxTokens: 1, signal: controller.signal })
  setTimeout(() => controller.abort(), 50)
  await expect(waiting).rejects.toThrow('stopped')
})

it('a 400 ends its own question, and twenty in a row or the first three end the client', async () => {
  let bad = false
  const { url, requests } = await chatServer(() =>
    bad ? { status: 400, body: { error: { message: 'too long' } } } : '1',
  )
  const one = model(url)
  await one.complete([...ask], { maxTokens: 1 })
  bad = true
  const errors: unknown[] = []
  for (let k = 0; k < 20; k++)
    errors.push(await one.complete([...ask], { maxTokens: 1 }).catch((error: unknown) => error))
  expect(requests).toHaveLength(21)
  expect(errors.slice(0, 19).every((error) => error instanceof GaveUpError)).toBe(true)
  expect(errors[19]).not.toBeInstanceOf(GaveUpError)
  expect((errors[19] as Error).message).toMatch(
    /20 questions in a row got no answer, the last one: .*too long/,
  )
  const other = model(url)
  for (let k = 0; k < 2; k++)
    await expect(other.complete([...ask], { maxTokens: 1 })).rejects.toBeInstanceOf(GaveUpError)
  await expect(other.complete([...ask], { maxTokens: 1 })).rejects.toThrow(/^3 questions in a row/)
})

it.each([
  ['logit-bias', { logit_bias: { 16: 100, 17: 100 } }],
  ['grammar', { grammar: 'root ::= "1" | "2"' }],
  ['choice', { structured_outputs: { choice: ['1', '2'] } }],
  [
    'json-schema',
    { max_tokens: 16, response_format: expect.objectContaining({ type: 'json_schema' }) as object },
  ],
])('the client holds a server to the digits by %s', async (constrain, parameters) => {
  const { url, bodies } = await chatServer(() => '1')
  await model(url, { constrain, extra: { temperature: null, seed: 7 } }).complete([...ask], {
    maxTokens: 1,
  })
  expect(bodies[0]).toMatchObject({ max_tokens: 1, ...parameters, seed: 7 })
  expect(bodies[0]).not.toHaveProperty('temperature')
})

it("the ids of the digits are those of OpenAI's tokenizers", async () => {
  for (const name of ['o200k_base', 'cl100k_base']) {
    const { encode } = (await import(`gpt-tokenizer/encoding/${name}`)) as {
      encode(text: string): number[]
    }
    expect(['1', '2'].map((digit) => encode(digit))).toEqual([[16], [17]])
  }
})
