import { describe, expect, it } from 'vitest'
import { chatModels } from '#src/llm/backends/index.js'
import type { ChatBackend } from '#src/llm/backends/backend.js'
import { GaveUpError } from '#src/util/errors.js'
import { costOf } from '#src/llm/prices.js'
import { mostAnswerTokens, promptTokens, tokenizer } from '#src/llm/tokens.js'
import { chat } from '../support/chat.js'
import { type Answer, chatServer, completion } from '../support/chat-server.js'
import { folderOf } from '../support/files.js'

const price = { input: 1, output: 4, currency: 'USD', date: '2026-11-01' }
const ask = (text: string) => [{ role: 'user' as const, content: text }]
const words = ['Rose Soap', 'a tin of 12 — new!', 'ローズ石鹸', 'brush', 'Größe 40/42', 'oil']
/** Prompts of many lengths and scripts. */
const prompt = (k: number) =>
  ask(Array.from({ length: 3 + (k % 40) }, (_, n) => words[(k + n * n) % words.length]).join('\n'))

/** What a server says of its tokens; `mine` are ours. */
const usages: Record<string, (mine: number, characters: number) => unknown> = {
  'our count': (mine) => counts(mine, 1),
  'by characters': (_, characters) => counts(Math.ceil(characters / 3), 1),
  'twice our count': (mine) => counts(2 * mine, 1),
  'fewer for its own encoding': (mine) => counts(Math.ceil(0.8 * mine), 1),
  absent: () => undefined,
  null: () => null,
  empty: () => ({}),
  'not a number': () => ({ prompt_tokens: 'NaN', completion_tokens: null }),
  text: () => ({ prompt_tokens: '12', completion_tokens: 'one' }),
  negative: () => counts(-50, -1),
  'too few to be true': () => counts(1, 0),
  'a part alone': () => ({ prompt_tokens: 3 }),
  'more cached than there were': (mine) => ({
    ...counts(mine, 1),
    prompt_tokens_details: { cached_tokens: 10 * mine },
  }),
}
const counts = (prompt: number, answer: number) => ({
  prompt_tokens: prompt,
  completion_tokens: answer,
  total_tokens: prompt + answer,
})

/** Asks 40 questions, so many at a time, until a limit stops it. */
async function spend(
  usage: (mine: number, characters: number) => unknown,
  { limits, concurrency, fails }: { limits: object; concurrency: number; fails: boolean },
) {
  let spent = 0
  const { url, requests } = await chatServer(async ({ messages }, count): Promise<Answer> => {
    const mine = await promptTokens(messages)
    const said = usage(mine, messages[0].content.length)
    const claimed = said as { prompt_tokens: number; completion_tokens: number } | undefined
    const plausible = Number.isInteger(claimed?.prompt_tokens) && claimed!.prompt_tokens > mine / 2
    spent += plausible
      ? costOf({ prompt: claimed!.prompt_tokens, completion: 1, cached: 0 }, price)
      : costOf({ prompt: mine, completion: 1, cached: 0 }, price)
    await new Promise((resolve) => setTimeout(resolve, count % 4))
    if (fails && count % 3 === 0) return { status: 500, body: {} }
    return { status: 200, body: { ...completion('1'), usage: said } }
  })
  const settings = { url, model: 'm', price, concurrency, maxRetries: 3, retryMilliseconds: 1 }
  const model = chat(settings, limits)
  const outcomes = await Promise.allSettled(
    Array.from({ length: 40 }, (_, k) => model.complete(prompt(k), { maxTokens: 1 })),
  )
  const errors = outcomes.flatMap((one) => (one.status === 'rejected' ? [one.reason as Error] : []))
  const stopped = errors.filter((error) => !(error instanceof GaveUpError))
  return { spent, requests: requests.length, stopped }
}

const whole = async () => {
  let sum = 0
  for (let k = 0; k < 40; k++)
    sum += costOf({ prompt: await promptTokens(prompt(k)), completion: 1, cached: 0 }, price)
  return sum
}

describe.each(Object.entries(usages))('a server whose usage is %s', (_, usage) => {
  const cases = [1, 8].flatMap((concurrency) =>
    [false, true].map((fails) => ({ concurrency, fails })),
  )
  it.each(cases)('keeps --max-cost: %j', async (how) => {
    for (const share of [0.02, 0.31]) {
      const maxCost = share * (await whole())
      const { spent, stopped } = await spend(usage, { ...how, limits: { maxCost } })
      expect(spent).toBeLessThanOrEqual(maxCost * (1 + 1e-9))
      expect(stopped[0].message).toMatch(/--max-cost/)
    }
  })

  it.each(cases)('keeps --max-calls: %j', async (how) => {
    const { requests, stopped } = await spend(usage, { ...how, limits: { maxCalls: 20 } })
    expect(requests).toBe(20)
    expect(stopped[0].message).toMatch(/stopped after 20 calls, as --max-calls says/)
  })
})

it('spends all of a limit that is just enough', async () => {
  const limits = { maxCost: await whole() }
  const { requests, stopped } = await spend(usages['our count'], {
    concurrency: 8,
    fails: false,
    limits,
  })
  expect([requests, stopped]).toEqual([40, []])
})

it.each([
  [
    'many answer tokens',
    (mine: number) => counts(mine, 500),
    /and 500 answer tokens.*and 1 answer/,
  ],
  ['a prompt of its own', (mine: number) => counts(mine + 9000, 1), /billed 9\d\d\d prompt tokens/],
])('a server that bills %s ends the run at its first answer', async (_, usage, message) => {
  const { requests, stopped } = await spend(usage, {
    concurrency: 8,
    fails: false,
    limits: { maxCost: 1 },
  })
  expect(requests).toBe(1)
  expect(stopped[0].message).toMatch(message)
})

it.each([
  [{ max_completion_tokens: 500 }, 500],
  [{ max_tokens: null, max_completion_tokens: 500 }, 500],
  [{ max_tokens: 16 }, 16],
  [{ max_tokens: '16' }, 16],
  [{ n: 3 }, 3],
  [{ n: 3, max_completion_tokens: 7 }, 21],
  [{ max_tokens: null }, Infinity],
  [{ max_tokens: -1 }, Infinity],
  [{ n_predict: -1 }, Infinity],
  [{}, 1],
])('the bound of an answer under %j is %d tokens', (parameters, most) => {
  expect(mostAnswerTokens(parameters, 1)).toBe(most)
})

it('no limit of cost is promised where answers have no bound', () => {
  const settings = { url: 'http://127.0.0.1:9/v1', model: 'm', price, extra: { max_tokens: null } }
  expect(() => chat(settings, { maxCost: 1 })).toThrow(
    /--max-cost needs a limit on the length of each answer/,
  )
})

it('requests that no server took cost nothing, others cost their estimate', async () => {
  for (const [status, cost] of [
    [429, 0],
    [401, 0],
    [500, 1],
    [400, 1],
  ]) {
    const { url, requests } = await chatServer(() => ({ status, body: {} }))
    const most = costOf({ prompt: await promptTokens(ask('q')), completion: 1, cached: 0 }, price)
    const settings = { url, model: 'm', price, maxRetries: 9, retryMilliseconds: 0 }
    const model = chat(settings, { maxCost: 3.5 * most })
    for (let k = 0; k < 5; k++)
      await model.complete(ask('q'), { maxTokens: 1 }).catch(() => undefined)
    if (cost === 1) expect(requests.length).toBe(3)
    else expect(requests.length).toBeGreaterThan(4)
  }
})

it('models of one bill count together, with a store and without one', async () => {
  for (const answers of [undefined, folderOf({})]) {
    const { url, requests } = await chatServer(() => '1')
    const models = [0, 1, 2].map(() =>
      chat({ url, model: 'm' }, { answers, maxCalls: 5, bill: `test ${answers}` }),
    )
    const asked = Array.from({ length: 12 }, (_, k) =>
      models[k % 3].complete(ask(`q${k}`), { maxTokens: 1 }),
    )
    const fulfilled = (await Promise.allSettled(asked)).filter((o) => o.status === 'fulfilled')
    expect([fulfilled.length, requests.length]).toEqual([5, 5])
  }
})

it('counting by lines counts as the whole', async () => {
  const count = await tokenizer()
  for (let k = 0; k < 60; k++) {
    const [{ content }] = prompt(k)
    for (const text of [content, `${content}\n\n/x\n \n- a (b)\n\n`])
      expect(await promptTokens(ask(text))).toBe(count(text) + 7)
  }
})

it('counts the further requests that one question takes', async () => {
  let sent = 0
  const entry: ChatBackend = {
    name: 'asks-twice',
    fingerprint: () => undefined,
    inFlight: () => 8,
    make: (_config, _runtime, hooks) => ({
      name: 'm',
      offline: false,
      async complete() {
        sent++
        await hooks?.further?.()
        sent++
        return { text: '1' }
      },
    }),
  }
  chatModels.add(entry)
  const model = chat({ backend: entry.name }, { maxCalls: 5 })
  const asked = Array.from({ length: 4 }, () => model.complete(ask('q'), { maxTokens: 1 }))
  const failed = (await Promise.allSettled(asked)).filter(({ status }) => status === 'rejected')
  expect([sent, failed.length > 0]).toEqual([5, true])
})
