import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readSettings } from '#src/experiment/config.js'
import type { Prompt } from '#src/llm/chat-request.js'
import { estimateCalls } from '#src/llm/estimate.js'
import { fillByBatch } from '#src/llm/fill-by-batch.js'
import { promptTokens } from '#src/llm/tokens.js'
import { chat } from '../support/chat.js'
import { chatServer } from '../support/chat-server.js'
import { fakeOpenai } from '../support/fake-openai.js'
import { folderOf } from '../support/files.js'

const price = { input: 3, output: 500, date: '2026-11-01' }

function* promptsOf(...texts: string[]): Iterable<Prompt> {
  for (const content of texts)
    yield { messages: [{ role: 'user', content }], options: { maxTokens: 1 } }
}

/** As an augmenter gives them. */
async function* later(prompts: Iterable<Prompt>): AsyncIterable<Prompt> {
  yield* prompts
}

const tokensOf = async (...texts: string[]) => {
  let sum = 0
  for (const { messages } of promptsOf(...texts)) sum += await promptTokens(messages)
  return sum
}

describe('an estimate', () => {
  it('counts calls, tokens, cost and time, and leaves out what is stored', async () => {
    const { url, requests } = await chatServer(() => '1')
    const settings = { url, model: 'm', price, concurrency: 2 }
    const { config, runtime } = readSettings({ llm: settings })
    const answers = join(folderOf({}), 'store')
    const options = { runtime: runtime.llm, answers }
    const estimate = (more = {}) =>
      estimateCalls(later(promptsOf('a', 'b', 'c')), { name: 'm' }, config.llm, {
        ...options,
        ...more,
      })
    const all = await tokensOf('a', 'b', 'c')
    const cost = (amount: number) => ({
      amount: expect.closeTo(amount, 12) as number,
      currency: 'USD',
      priceOf: price.date,
    })
    expect(await estimate()).toEqual({
      calls: 3,
      stored: 0,
      promptTokens: all,
      answerTokens: 3,
      cost: cost((3 * all + 500 * 3) / 1e6),
    })
    expect(existsSync(answers)).toBe(false)
    expect(requests).toHaveLength(0)

    const model = chat(settings, { answers })
    for (const { messages, options } of promptsOf('a')) await model.complete(messages, options)
    const left = await tokensOf('b', 'c')
    // The time of an answer is written without being waited for.
    await expect.poll(async () => (await estimate()).seconds).toBeGreaterThan(0)
    const rest = await estimate()
    expect(rest).toMatchObject({ calls: 3, stored: 1, promptTokens: left, answerTokens: 2 })
    expect((await estimate({ batch: true })).cost).toEqual(cost((3 * left + 500 * 2) / 2e6))
    expect(await estimate({ batch: true })).not.toHaveProperty('seconds')
    const { llm } = readSettings({ llm: { ...settings, concurrency: 4 } }).runtime
    expect((await estimate({ runtime: llm })).seconds).toBeCloseTo(rest.seconds! / 2, 12)
  })

  it('has no cost where the price is not known, and no store where answers are free', async () => {
    const estimate = await estimateCalls(
      later(promptsOf('a')),
      { name: 'm' },
      readSettings({}).config.llm,
      { answers: join(folderOf({}), 'store') },
    )
    expect(estimate).toEqual({
      calls: 1,
      stored: 0,
      promptTokens: await tokensOf('a'),
      answerTokens: 1,
    })
  })
})

describe('filling the store by a batch', () => {
  it('leaves nothing to be asked', async () => {
    const server = await fakeOpenai({ batchSteps: 1 })
    const settings = { url: server.url, model: 'm', batchPollSeconds: 0.01 }
    const { config, runtime } = readSettings({ llm: settings })
    const answers = folderOf({})
    const options = { runtime: runtime.llm, answers }
    await fillByBatch(later(promptsOf('a', 'b')), { name: 'm' }, config.llm, options)
    const model = chat(settings, { answers, replay: true })
    for (const { messages, options } of promptsOf('a', 'b'))
      expect((await model.complete(messages, options)).text).toMatch(/^[12]$/)
    expect(await server.stats()).toMatchObject({ requests: 0, batches: 1 })
  })

  it.each([
    ['the offline reader', {}, promptsOf('a')],
    [
      'a likelihood',
      { url: 'http://127.0.0.1:9/v1', model: 'm' },
      [...promptsOf('a')].map((prompt) => ({ ...prompt, continuation: 'x' })),
    ],
  ])('is refused for %s', async (_, llm, prompts) => {
    const { config } = readSettings({ llm })
    await expect(
      fillByBatch(later(prompts), { name: 'm' }, config.llm, { answers: folderOf({}) }),
    ).rejects.toThrow(/--batch needs a server with the OpenAI Batch API/)
  })
})
