import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readAnswer } from '#src/augmentation/answer.js'
import { readSettings } from '#src/experiment/config.js'
import { openAnswerStore } from '#src/llm/answer-store.js'
import type { ChatModel } from '#src/llm/chat-model.js'
import { fillByBatch } from '#src/llm/fill-by-batch.js'
import { UnderstudyError } from '#src/util/errors.js'
import { chat } from '../support/chat.js'
import { folderOf } from '../support/files.js'
import { oddAnswers } from '../support/odd-answers.js'
import { put, rawServer } from '../support/raw-server.js'

/** A server that answers the question k by the body k, and models that ask it and its store. */
async function serving(bodies: readonly unknown[]) {
  const { url, requests } = await rawServer((response, { body }) => {
    const [{ content }] = body['messages'] as { content: string }[]
    put(response, bodies[Number(content)])
  })
  const settings = { url, model: 'm', maxRetries: 0 }
  const answers = folderOf({})
  // A store is made by its first answer, and --replay wants one.
  const store = openAnswerStore(answers)
  const other = { backend: '', model: '', messages: [], maxTokens: 1, parameters: {} }
  await store.put({ request: { ...other, promptVersion: '' }, text: '1' })
  await store.close()
  const model = chat(settings, { answers })
  return { requests, answers, model, replay: chat(settings, { answers, replay: true }) }
}

/** What comes of a question: "1", "2 by -2.5", or the error's line. */
async function outcome(model: ChatModel, k: number): Promise<string> {
  try {
    const asked = [{ role: 'user' as const, content: String(k) }]
    const { first, margin } = readAnswer(await model.complete(asked, { maxTokens: 1 }))
    return `${first ? 1 : 2}${margin === undefined ? '' : ` by ${Number(margin.toFixed(9))}`}`
  } catch (error) {
    expect(error).toBeInstanceOf(UnderstudyError)
    return (error as Error).message
  }
}

it('each shape of an answer is a preference, or fails with a reason, now and from the store', async () => {
  const { model, replay } = await serving(oddAnswers.map(([, body]) => body))
  const [got, again]: Record<string, string>[] = [{}, {}]
  for (const [k, [name]] of oddAnswers.entries()) {
    got[name] = await outcome(model, k)
    again[name] = await outcome(replay, k)
    if (again[name].startsWith('--replay')) delete again[name]
  }
  expect(got).toEqual(
    Object.fromEntries(
      oddAnswers.map(([name, , expected]) => [
        name,
        typeof expected === 'string' ? expected : (expect.stringMatching(expected) as string),
      ]),
    ),
  )
  // What is stored is an answer, and stays what it was; what fails at the door is not stored.
  expect(got).toMatchObject(again)
  const failed = Object.keys(got).filter((name) => !(name in again))
  expect(failed).toEqual(Object.keys(got).filter((name) => /http:/.test(got[name])))
})

it('an answer of a batch is read as any other, and a bad one is a failed question alone', async () => {
  let lines: string[] = []
  const { url } = await rawServer((response, { path, text }) => {
    if (path === '/v1/files') {
      const keys = [...text.matchAll(/"custom_id":"(\w+)".*?"content":"(\d+)"/g)]
      lines = keys.map(([, custom_id, k]) => {
        const body = oddAnswers[Number(k)][1]
        const value = typeof body === 'string' ? body : JSON.stringify(body)
        return `{"custom_id":"${custom_id}","response":{"status_code":200,"body":${value}}}`
      })
      lines.push('', 'no JSON', '{"custom_id":"of nobody"}', '{"custom_id":7}')
      return put(response, { id: 'in' })
    }
    const batch = { id: 'b', status: 'completed', output_file_id: 'out', request_counts: null }
    put(response, path.endsWith('/content') ? lines.join('\n') : batch)
  })
  const { config, runtime } = readSettings({ llm: { url, model: 'm' } })
  const answers = folderOf({})
  const notices: string[] = []
  const onNotice = (line: string) => void notices.push(line)
  async function* prompts() {
    for (const k of oddAnswers.keys())
      yield {
        messages: [{ role: 'user' as const, content: String(k) }],
        options: { maxTokens: 1 },
      }
  }
  const options = { runtime: runtime.llm, answers, onNotice }
  await fillByBatch(prompts(), { name: 'm' }, config.llm, options)
  const replay = chat({ url, model: 'm' }, { answers, replay: true })
  for (const [k, [name, , expected]] of oddAnswers.entries()) {
    const got = await outcome(replay, k)
    if (typeof expected === 'string') expect(got, name).toBe(expected)
    else expect(got, name).toMatch(new RegExp(`no stored answer|${expected.source}`))
  }
  expect(notices.at(-1)).toMatch(/^\d+ questions of the batch got no answer, e\.g\.: /)
})

it('has tokens only where the server counts them in whole numbers', async () => {
  const counts = [
    [9, 1],
    [9, 0],
    [0, 0],
    [9.5, 1],
    [-1, 1],
    ['9', 1],
    [9, null],
    [1e300, 1],
    [9],
    [],
  ]
  const { model } = await serving(
    counts.map(([prompt_tokens, completion_tokens]) => ({
      choices: [{ message: { content: '1' } }],
      usage: { prompt_tokens, completion_tokens, prompt_tokens_details: { cached_tokens: 10 } },
    })),
  )
  const usages = []
  for (const k of counts.keys()) {
    const asked = [{ role: 'user' as const, content: String(k) }]
    usages.push((await model.complete(asked, { maxTokens: 1 })).usage)
  }
  expect(usages).toEqual([
    { prompt: 9, completion: 1, cached: 0 },
    { prompt: 9, completion: 0, cached: 0 },
    ...counts.slice(2).map(() => undefined),
  ])
})

/** Any JSON, with names and values that answers have. */
const { any } = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    fc.constantFrom<unknown>('1', '<think>', '</think>1', '', 'text', 'content_filter', 'length'),
    fc.constantFrom<unknown>(null, 0, 1, -0.1, -9999, 1e308, true),
    fc.string({ unit: 'binary' }),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom('content', 'type', 'text', 'token', 'logprob', 'error', '__proto__', '1'),
      tie('any'),
      { maxKeys: 4 },
    ),
  ),
}))
const mostly = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 5, arbitrary: value }, { weight: 1, arbitrary: any })
const record = (fields: Record<string, fc.Arbitrary<unknown>>) =>
  mostly(fc.record(fields, { requiredKeys: Object.keys(fields).slice(0, 1) }))
const digit = fc.constantFrom('1', '2', ' 1', '<think>', '<think>x</think>2')
const token = record({
  token: mostly(digit),
  logprob: mostly(fc.constantFrom(-0.1, -2, -9999, null)),
})
const choice = record({
  message: record({ content: mostly(digit), reasoning_content: any }),
  logprobs: record({
    content: mostly(fc.array(record({ top_logprobs: mostly(fc.array(token)) }), { minLength: 1 })),
  }),
  finish_reason: mostly(fc.constantFrom('stop', 'length', 'content_filter')),
})
const body = record({
  choices: mostly(fc.array(choice, { minLength: 1, maxLength: 2 })),
  usage: record({ prompt_tokens: any, completion_tokens: any, prompt_tokens_details: any }),
  system_fingerprint: any,
})

it('300 random answers can be read again as they were, or are errors of one line', async () => {
  const bodies = fc.sample(body, { numRuns: 300, seed: 7 })
  const texts = bodies.map((one) => JSON.stringify(one) ?? '')
  const { model, replay, requests, answers } = await serving(texts)
  let preferences = 0
  for (const k of texts.keys()) {
    const got = await outcome(model, k)
    const again = await outcome(replay, k)
    if (!again.startsWith('--replay')) expect(again).toBe(got)
    expect(got).not.toMatch(/\n/)
    if (/^[12]/.test(got)) preferences++
  }
  expect(requests).toHaveLength(300)
  expect(preferences).toBeGreaterThan(50)
  const store = openAnswerStore(answers)
  for (const { text } of store.all()) expect(text.isWellFormed()).toBe(true)
  await store.close()
})
