import type { ServerResponse } from 'node:http'
import { describe, expect, it } from 'vitest'
import { openAnswerStore } from '#src/llm/answer-store.js'
import { GaveUpError, InterruptedError, ProviderError } from '#src/util/errors.js'
import { chat } from '../support/chat.js'
import { completion } from '../support/chat-server.js'
import { folderOf } from '../support/files.js'
import { put, type RawRequest, rawServer } from '../support/raw-server.js'

const ask = (content = '1 or 2?') => [{ role: 'user' as const, content }]
const once = { maxTokens: 1 }
const settings = { model: 'm', maxRetries: 0, timeoutSeconds: 5 }
const refuse = (message: string, more = {}) => ({ error: { message, ...more } })

/** A model as OpenAI's newest: it refuses what others take. */
const newModel = (response: ServerResponse, { body }: RawRequest) => {
  const unsupported = (param: string) => refuse(`Unsupported: '${param}'`, { param })
  if ('max_tokens' in body) return put(response, unsupported('max_tokens'), 400)
  if ('temperature' in body) return put(response, unsupported('temperature'), 400)
  if ('logprobs' in body) return put(response, refuse('You are not allowed logprobs'), 403)
  put(response, completion('1'))
}

it('what a model refuses is learned once, and is in no key', async () => {
  const { url, requests } = await rawServer(newModel)
  const answers = folderOf({})
  const notices: string[] = []
  const options = { answers, onNotice: (line: string) => void notices.push(line) }
  const model = chat({ ...settings, url }, options)
  const texts = Array.from({ length: 12 }, (_, k) => String(k))
  await Promise.all(texts.map((text) => model.complete(ask(text), once)))
  // Another model object of this process knows it already.
  await chat({ ...settings, url }, options).complete(ask('more'), once)
  expect(requests).toHaveLength(12 + 3 + 1)
  expect(requests.at(-1)!.body).toEqual({
    model: 'm',
    messages: ask('more'),
    max_completion_tokens: 1,
  })
  expect(notices).toHaveLength(3)
  const store = openAnswerStore(answers)
  for (const { request } of store.all())
    expect(request).toMatchObject({ maxTokens: 1, parameters: {} })
  await store.close()
})

it.each([
  ['a parameter of its own', refuse('Unsupported', { param: 'seed' }), {}],
  ['one that a person has chosen', refuse('temperature is not supported'), { temperature: 0.5 }],
  ['a prompt that is too long', refuse('context length is 5; unsupported max_tokens'), {}],
])('of %s nothing is learned', async (_, body, extra) => {
  const { url, requests } = await rawServer((response) => put(response, body, 400))
  await expect(chat({ ...settings, url, extra }).complete(ask(), once)).rejects.toThrow(
    body.error.message,
  )
  expect(requests).toHaveLength(1)
})

describe('a refusal', () => {
  it.each([
    [429, refuse('no quota', { code: 'insufficient_quota' }), {}, /no quota; .*no money left/],
    [402, refuse('Insufficient Balance'), {}, /no money left/],
    [429, refuse('per day'), { 'retry-after': '25920' }, /the server asks to wait 7.2 h/],
    [503, 'maintenance', { 'retry-after': '7200' }, /the server asks to wait 2.0 h/],
    [401, refuse('bad key'), {}, /401 bad key; no key was sent: set UNDERSTUDY_TEST_KEY/],
    [403, refuse('not yours'), {}, /403 not yours; the key is not allowed to use this model/],
    [404, { detail: 'no such model' }, {}, /404 .*no such model.*check --llm-url and --llm-model/],
    [405, '<html><h1>Not  allowed</h1></html>', {}, /405 Not allowed/],
  ])('%d %j ends all, and says why', async (status, body, headers: object, message) => {
    const { url, requests } = await rawServer((response) =>
      put(response, body, status, headers as Record<string, string>),
    )
    const apiKeyVariable = 'UNDERSTUDY_TEST_KEY'
    const model = chat({ ...settings, url, apiKeyVariable, maxRetries: 3 })
    const errors = await Promise.all(
      ['a', 'b', 'c'].map((text) => model.complete(ask(text), once).catch((e: unknown) => e)),
    )
    for (const error of errors) {
      expect(error).toBeInstanceOf(ProviderError)
      expect(error).not.toBeInstanceOf(GaveUpError)
      expect((error as Error).message).toMatch(message)
    }
    expect(requests.length).toBeLessThanOrEqual(status === 429 || status === 503 ? 3 : 1)
  })

  it('by a filter is of its question alone, however many come', async () => {
    const policy = "filtered by Azure OpenAI's content management policy"
    const { url, requests } = await rawServer((response, _, count) =>
      count > 30
        ? put(response, completion('1'))
        : put(response, refuse(policy, { code: count % 2 ? 'content_filter' : null }), 400),
    )
    const model = chat({ ...settings, url })
    for (let k = 0; k < 30; k++)
      await expect(model.complete(ask(String(k)), once)).rejects.toBeInstanceOf(GaveUpError)
    expect((await model.complete(ask('last'), once)).text).toBe('1')
    expect(requests).toHaveLength(31)
  })

  it('that asks to wait says how long, once', async () => {
    const { url } = await rawServer((response) =>
      put(response, refuse('slow down'), 429, { 'retry-after': '120' }),
    )
    const stop = new AbortController()
    const notices: string[] = []
    const onNotice = (line: string) => {
      notices.push(line)
      setTimeout(() => stop.abort(), 200)
    }
    const model = chat({ ...settings, url, maxRetries: 3 }, { onNotice })
    const asked = ['a', 'b', 'c'].map((text) =>
      model.complete(ask(text), { ...once, signal: stop.signal }).catch((error: unknown) => error),
    )
    for (const error of await Promise.all(asked)) expect(error).toBeInstanceOf(InterruptedError)
    expect(notices).toEqual([expect.stringMatching(/^waiting 2 min: .*slow down/)])
  })
})

it('answers to prompts that the server has cut are refused, unless told otherwise', async () => {
  const { url } = await rawServer((response) =>
    put(response, { ...completion('1'), usage: { prompt_tokens: 100, completion_tokens: 1 } }),
  )
  const prompt = ask('a rose soap for the bath '.repeat(80))
  await expect(chat({ ...settings, url }).complete(prompt, once)).rejects.toThrow(
    /the server read only 100 tokens of a prompt of about 4\d\d, so it cuts prompts/,
  )
  const allowed = chat({ ...settings, url, refuseCutPrompts: false })
  expect((await allowed.complete(prompt, once)).text).toBe('1')
  expect((await chat({ ...settings, url }).complete(ask(), once)).text).toBe('1')
})
