import { expect, it, onTestFinished } from 'vitest'
import { chat } from '../support/chat.js'
import { chatServer } from '../support/chat-server.js'
import { start } from '../support/command.js'
import { askFaultyServer } from '../support/faulty-server.js'
import { fakeOpenai } from '../support/fake-openai.js'
import { answerTo } from '../support/fake-answer.mjs'
import { folderOf, textOf } from '../support/files.js'

const ask = [{ role: 'user', content: '1 or 2?' }] as const
it('400 questions get a right answer or fail, with 30 % of requests faulty', async () => {
  const { calls, failed, faults } = await askFaultyServer(20)
  expect(calls).toBe(400)
  expect(Object.keys(faults).length).toBeGreaterThan(5)
  expect(failed).toBeGreaterThan(0)
  expect(failed).toBeLessThan(40)
})

it('the client waits while a server loads its model, longer than its tries would last', async () => {
  const { url, stats } = await fakeOpenai({ loading: 8 })
  const model = chat({ url, model: 'm', maxRetries: 2, retryMilliseconds: 1 })
  expect((await model.complete([...ask], { maxTokens: 1 })).text).toBe(answerTo('1 or 2?').text)
  expect((await stats()).requests).toBe(9)
})

it('the client halves its requests in flight when there are too many, and goes on', async () => {
  let [inFlight, most, late] = [0, 0, 0]
  const { url } = await chatServer(async (_, count) => {
    inFlight++
    await new Promise((resolve) => setTimeout(resolve, 15))
    const seen = inFlight--
    most = Math.max(most, seen)
    if (count > 60) late = Math.max(late, seen)
    return seen > 4 ? { status: 429, body: {}, headers: { 'retry-after-ms': '1' } } : '1'
  })
  const model = chat({
    url,
    model: 'm',
    concurrency: 16,
    maxRetries: 20,
    retryMilliseconds: 1,
  })
  const texts = await Promise.all(
    Array.from({ length: 100 }, (_, k) =>
      model.complete([{ role: 'user', content: String(k) }], { maxTokens: 1 }),
    ),
  )
  expect(texts).toHaveLength(100)
  expect(most).toBeGreaterThan(7)
  expect(late).toBeLessThan(7)
})

it.each([
  ['a wrong model name', ['--llm-model', 'other'], /404 .*check --llm-url and --llm-model/],
  ['a wrong key', ['--llm-model', 'm'], /401 .*set UNDERSTUDY_TEST_KEY/],
])('%s ends augment at once, and leaves the key nowhere', async (_, more, message) => {
  const secret = 'sk-marked-key-123'
  process.env['UNDERSTUDY_TEST_KEY'] = secret
  onTestFinished(() => void delete process.env['UNDERSTUDY_TEST_KEY'])
  const { url, stats } = await fakeOpenai({
    model: 'm',
    ...(more[1] === 'm' ? { key: 'another' } : {}),
  })
  const folder = folderOf({})
  const { status, stdout, stderr } = await start(
    'augment',
    '--policy',
    'random',
    '--users',
    '20',
    '--llm-url',
    url,
    ...more,
    '--answers',
    folder,
    '--set',
    'llm.apiKeyVariable=UNDERSTUDY_TEST_KEY',
    '--set',
    'dataset.synthetic={"users":200,"items":200}',
  ).ended
  expect(status).toBe(1)
  expect(stderr).toMatch(message)
  expect((await stats()).requests).toBeLessThanOrEqual(8)
  for (const text of [stdout, stderr, textOf(folder)]) expect(text).not.toContain(secret)
})

it('a key that is accepted is in no store, export or pair', async () => {
  const secret = 'sk-marked-key-456'
  process.env['UNDERSTUDY_TEST_KEY'] = secret
  onTestFinished(() => void delete process.env['UNDERSTUDY_TEST_KEY'])
  const { url } = await fakeOpenai({ key: secret })
  const folder = folderOf({})
  const { status, stdout, stderr } = await start(
    'augment',
    '--policy',
    'random',
    '--users',
    '5',
    '--llm-url',
    url,
    '--llm-model',
    'm',
    '--answers',
    folder,
    '--set',
    'llm.apiKeyVariable=UNDERSTUDY_TEST_KEY',
    '--set',
    'dataset.synthetic={"users":200,"items":200}',
    '--json',
  ).ended
  expect(status).toBe(0)
  for (const text of [stdout, stderr, textOf(folder)]) expect(text).not.toContain(secret)
})
