import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it, onTestFinished } from 'vitest'
import { Augmenter } from '#src/augmentation/augmenter.js'
import { augmentationConfig } from '#src/augmentation/config.js'
import { promptMessages } from '#src/augmentation/prompt.js'
import { syntheticConfig } from '#src/dataset/config.js'
import { splitConfig } from '#src/dataset/split-config.js'
import { splitDataset } from '#src/dataset/split.js'
import { synthesize } from '#src/dataset/synthetic.js'
import { llmConfig } from '#src/llm/config.js'
import { chatModel } from '#src/llm/model.js'
import { chatServer } from '../support/chat-server.js'
import { start } from '../support/command.js'
import { fakeOpenai } from '../support/fake-openai.js'
import { answerTo } from '../support/fake-openai.mjs'
import { folderOf, textOf } from '../support/files.js'

const ask = [{ role: 'user', content: '1 or 2?' }] as const
const shop = synthesize(syntheticConfig.parse({ users: 600, items: 1200 }))
const split = splitDataset(shop, splitConfig.parse({}))

it('5,000 requests, 30 % of them faulty: every pair resolved or failed, none wrong, in flat memory', async () => {
  const server = await fakeOpenai({ faults: 0.3, wrong: 0.02, hang: 400 })
  const settings = llmConfig.parse({ url: server.url, model: 'm', concurrency: 32, retryMilliseconds: 2, timeoutSeconds: 0.3, maxRetries: 6 })
  const answers = folderOf({})
  const augmenter = new Augmenter(shop, split, chatModel(settings, { answers }), augmentationConfig.parse({ pairsPerUser: 10, prompt: 'no-history' }), { seed: 0, concurrency: 32 })
  const users = split.trainUsers.slice(0, 250)
  const memory: number[] = []
  let finished = 0
  const started = performance.now()
  const { pairs, calls, failed, failures } = await augmenter.augment(users, () => {
    if (++finished === 62 || finished === users.length) memory.push(held())
  })
  const seconds = (performance.now() - started) / 1000
  const { requests, faults } = await server.stats()
  process.stdout.write(`${memory.map((bytes) => (bytes / 2 ** 20).toFixed(0)).join(' to ')} MiB; ${calls} questions, ${requests} requests, ${JSON.stringify(faults)}; ${(calls / seconds).toFixed(0)} questions/s\n`)
  expect(calls).toBe(5000)
  expect(requests).toBeGreaterThan(6000)
  expect(Object.keys(faults)).toHaveLength(9)
  // 2 % of the prompts never get a usable answer; hardly any other question runs out of tries.
  expect(failed).toBeGreaterThan(50)
  expect(failed).toBeLessThan(160)
  expect([...failures.keys()].join('\n')).toMatch(/the model answered "Both"/)
  for (const { user, preferred, other, margin } of pairs) {
    const [low, high] = [preferred, other].sort((x, y) => x - y)
    const margins = [[low, high], [high, low]].map(([a, b]) => signed(promptMessages([], shop.items[a], shop.items[b])[0].content))
    const mean = (margins[0] - margins[1]) / 2
    expect({ user, preferred, margin }).toEqual({ user, preferred: mean > 0 ? low : high, margin: expect.closeTo(Math.abs(mean), 6) as number })
  }
  // Between a quarter of the users and all of them, answers grow fourfold.
  expect(memory[1] / memory[0]).toBeLessThan(1.5)
}, 180_000)

/** Bytes that JavaScript holds; not the process's memory, which counts what was freed and the pages of the store's file. */
function held(): number {
  setFlagsFromString('--expose-gc')
  ;(runInNewContext('gc') as () => void)()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** log(P("1") / P("2")) of the server's answer. */
function signed(prompt: string): number {
  const { text, margin } = answerTo(prompt)
  return text === '1' ? margin : -margin
}

it('waits while a server loads its model, longer than its tries would last', async () => {
  const { url, stats } = await fakeOpenai({ loading: 8 })
  const model = chatModel(llmConfig.parse({ url, model: 'm', maxRetries: 2, retryMilliseconds: 1 }))
  expect((await model.complete([...ask], { maxTokens: 1 })).text).toBe(answerTo('1 or 2?').text)
  expect((await stats()).requests).toBe(9)
})

it('halves the requests in flight when there are too many, and goes on', async () => {
  let [inFlight, most, late] = [0, 0, 0]
  const { url } = await chatServer(async (_, count) => {
    inFlight++
    await new Promise((resolve) => setTimeout(resolve, 15))
    const seen = inFlight--
    most = Math.max(most, seen)
    if (count > 60) late = Math.max(late, seen)
    return seen > 4 ? { status: 429, body: {}, headers: { 'retry-after-ms': '1' } } : '1'
  })
  const model = chatModel(llmConfig.parse({ url, model: 'm', concurrency: 16, maxRetries: 20, retryMilliseconds: 1 }))
  const texts = await Promise.all(Array.from({ length: 100 }, (_, k) => model.complete([{ role: 'user', content: String(k) }], { maxTokens: 1 })))
  expect(texts).toHaveLength(100)
  expect(most).toBeGreaterThan(7)
  expect(late).toBeLessThan(7)
})

it.each([
  ['a wrong model name', ['--llm-model', 'other'], /404 .*check --llm-url and --llm-model/],
  ['a wrong key', ['--llm-model', 'm'], /401 .*set UNDERSTUDY_TEST_KEY/],
])('%s ends it at once, and the key is nowhere', async (_, more, message) => {
  const secret = 'sk-marked-key-123'
  process.env['UNDERSTUDY_TEST_KEY'] = secret
  onTestFinished(() => void delete process.env['UNDERSTUDY_TEST_KEY'])
  const { url, stats } = await fakeOpenai({ model: 'm', ...(more[1] === 'm' ? { key: 'another' } : {}) })
  const folder = folderOf({})
  const { status, stdout, stderr } = await start('augment', '--policy', 'random', '--users', '20', '--llm-url', url, ...more, '--answers', folder, '--set', 'llm.apiKeyVariable=UNDERSTUDY_TEST_KEY', '--set', 'dataset.synthetic={"users":200,"items":200}').ended
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
  const { status, stdout, stderr } = await start('augment', '--policy', 'random', '--users', '5', '--llm-url', url, '--llm-model', 'm', '--answers', folder, '--set', 'llm.apiKeyVariable=UNDERSTUDY_TEST_KEY', '--set', 'dataset.synthetic={"users":200,"items":200}', '--json').ended
  expect(status).toBe(0)
  for (const text of [stdout, stderr, textOf(folder)]) expect(text).not.toContain(secret)
})
