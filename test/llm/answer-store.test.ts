import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openAnswerStore, readStoredAnswer } from '#src/llm/answer-store.js'
import { costOf } from '#src/llm/prices.js'
import { promptTokens } from '#src/llm/tokens.js'
import { chat } from '../support/chat.js'
import { start, understudy } from '../support/command.js'
import { chatServer, completion } from '../support/chat-server.js'
import { folderOf } from '../support/files.js'

const ask = (text: string) => [{ role: 'user' as const, content: text }]

describe('the answer store', () => {
  it('asks each request once, and gives the same answer back, with all that came with it', async () => {
    const answers = folderOf({})
    const { url, requests } = await chatServer(() => ({
      status: 200,
      body: {
        ...completion('1', { '1': -0.2, '2': -1.7 }),
        usage: { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 },
        system_fingerprint: 'fp',
      },
    }))
    const model = chat({ url, model: 'm' }, { answers })
    const first = await model.complete(ask('a'), { maxTokens: 1 })
    expect(await model.complete(ask('a'), { maxTokens: 1 })).toEqual(first)
    expect(first).toEqual({
      text: '1',
      firstToken: new Map([
        ['1', -0.2],
        ['2', -1.7],
      ]),
      usage: { prompt: 9, completion: 1, cached: 0 },
      fingerprint: 'fp',
    })
    expect(requests).toHaveLength(1)
    await Promise.all([1, 2, 3].map(() => model.complete(ask('b'), { maxTokens: 1 })))
    await model.complete(ask('a'), { maxTokens: 2 })
    await model.complete(ask('a'), { maxTokens: 1, promptVersion: 'x/2' })
    expect(requests).toHaveLength(4)
  })

  it('replays without the server, and names a request that it does not have', async () => {
    const answers = folderOf({})
    const { url } = await chatServer(() => '2')
    await chat({ url, model: 'm' }, { answers }).complete(ask('a'), {
      maxTokens: 1,
    })
    const replay = chat({ url, model: 'm' }, { answers, replay: true })
    expect((await replay.complete(ask('a'), { maxTokens: 1 })).text).toBe('2')
    await expect(replay.complete(ask('what else?'), { maxTokens: 1 })).rejects.toThrow(
      /--replay: no stored answer of m to request [0-9a-f]{16}, which ends in "what else\?"/,
    )
  })

  it('says when the model behind a name has changed', async () => {
    const answers = folderOf({})
    let fingerprint = 'fp-1'
    const { url } = await chatServer(() => ({
      status: 200,
      body: { ...completion('1'), system_fingerprint: fingerprint },
    }))
    const notices: string[] = []
    const model = chat({ url, model: 'm' }, { answers, onNotice: (line) => notices.push(line) })
    await model.complete(ask('a'), { maxTokens: 1 })
    expect(notices).toEqual([])
    fingerprint = 'fp-2'
    await model.complete(ask('b'), { maxTokens: 1 })
    await model.complete(ask('c'), { maxTokens: 1 })
    expect(notices).toEqual([
      expect.stringMatching(/^m is not what it was: fingerprint fp-2, before fp-1/),
    ])
  })

  it('refuses a line that is no answer', () => {
    for (const line of ['no json', '{}', '{"text":"1"}', '{"text":1,"request":{}}'])
      expect(() => readStoredAnswer(line, { file: 'a.jsonl', line: 3 })).toThrow(
        /a\.jsonl:3: expected an answer as/,
      )
  })

  it('holds 100,000 answers, opened again and looked up', async () => {
    const folder = folderOf({})
    const request = (k: number) => ({
      backend: 'http://x/v1',
      model: 'm',
      messages: ask(`question ${k}`),
      maxTokens: 1,
      parameters: {},
      promptVersion: 'p/1',
    })
    const store = openAnswerStore(folder)
    await Promise.all(
      Array.from({ length: 100_000 }, (_, k) =>
        store.put({ request: request(k), text: String(k % 2) }),
      ),
    )
    await store.close()
    const again = openAnswerStore(folder)
    onTestFinished(() => again.close())
    expect(again.count()).toBe(100_000)
    for (let k = 0; k < 100_000; k += 997) expect(again.get(request(k))?.text).toBe(String(k % 2))
  })
})

describe('the command answers', () => {
  const args = (url: string, answers: string, ...more: string[]) => [
    'augment',
    '--users',
    join(answers, 'users.txt'),
    '--llm-url',
    url,
    '--llm-model',
    'm',
    '--answers',
    join(answers, 'store'),
    '--set',
    'dataset.synthetic={"users":200,"items":200}',
    '--json',
    ...more,
  ]
  const users = Array.from({ length: 12 }, (_, k) => `u${String(k).padStart(3, '0')}`)
  const answerOf = (content: string) => String(1 + (content.length % 2))

  it('exports, imports and counts what augment stored', async () => {
    const folder = folderOf({ 'users.txt': users.slice(0, 2).join('\n') })
    const { url } = await chatServer(({ messages }) => answerOf(messages[0].content))
    expect((await start(...args(url, folder)).ended).status).toBe(0)
    const exported = join(folder, 'answers.jsonl')
    expect(
      understudy('answers', 'export', '--answers', join(folder, 'store'), '--out', exported).status,
    ).toBe(0)
    const other = join(folder, 'other')
    expect(
      JSON.parse(understudy('answers', 'import', exported, '--answers', other, '--json').stdout),
    ).toEqual({ read: 40, added: 40, answers: 40 })
    expect(
      JSON.parse(understudy('answers', 'import', exported, '--answers', other, '--json').stdout),
    ).toMatchObject({ added: 0, answers: 40 })
    const { models } = JSON.parse(
      understudy('answers', 'stats', '--answers', other, '--json').stdout,
    ) as { models: object[] }
    expect(models).toMatchObject([{ backend: url, model: 'm', answers: 40 }])
    writeFileSync(exported, '{"text":"1"}\n')
    const bad = understudy('answers', 'import', exported, '--answers', join(folder, 'third'))
    expect(bad.status).toBe(2)
    expect(bad.stderr).toMatch(/answers\.jsonl:1: expected an answer/)
  })
})

describe('the cost', () => {
  const price = { input: 1, cachedInput: 0.25, output: 4, currency: 'USD', date: '2026-11-01' }

  it('counts tokens, cached ones at their own price', () => {
    expect(costOf({ prompt: 1_000_000, completion: 500_000, cached: 400_000 }, price)).toBeCloseTo(
      0.6 + 0.1 + 2,
      12,
    )
  })

  it('stays within a limit, with calls in flight counted', async () => {
    const { url, requests } = await chatServer(async () => {
      await new Promise((resolve) => setTimeout(resolve, 20))
      return {
        status: 200,
        body: {
          ...completion('1'),
          usage: { prompt_tokens: 10, completion_tokens: 1, total_tokens: 11 },
        },
      }
    })
    const model = (limits: object) => chat({ url, model: 'm', price }, limits)
    const limited = model({ maxCalls: 3 })
    const all = await Promise.allSettled(
      Array.from({ length: 8 }, (_, k) => limited.complete(ask(`q${k}`), { maxTokens: 1 })),
    )
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
    expect(requests).toHaveLength(3)
    const tokens = await promptTokens(ask('q'))
    const most = costOf({ prompt: tokens, completion: 1, cached: 0 }, price)
    const dear = model({ maxCost: 3.5 * most })
    const outcome = await Promise.allSettled(
      Array.from({ length: 8 }, () => dear.complete(ask('q'), { maxTokens: 1 })),
    )
    expect(outcome.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
    expect(requests).toHaveLength(6)
    expect(() => chat({ url, model: 'm' }, { maxCost: 1 })).toThrow(/--max-cost needs a price/)
  })

  it('is told by a dry run, which asks nothing and knows what is stored', async () => {
    const folder = folderOf({ 'users.txt': 'u000\nu001' })
    const { url, requests } = await chatServer(() => '1')
    const args = [
      'augment',
      '--users',
      join(folder, 'users.txt'),
      '--llm-url',
      url,
      '--llm-model',
      'm',
      '--answers',
      join(folder, 'store'),
      '--set',
      'dataset.synthetic={"users":200,"items":200}',
      '--set',
      `llm.price=${JSON.stringify(price)}`,
      '--json',
    ]
    const dry = async () =>
      JSON.parse((await start(...args, '--dry-run').ended).stdout) as {
        calls: number
        stored: number
        promptTokens: number
        cost: { amount: number }
      }
    const before = await dry()
    expect(before).toMatchObject({ calls: 40, stored: 0 })
    expect(before.cost.amount).toBeCloseTo((before.promptTokens + 40 * 4) / 1e6, 12)
    expect(requests).toHaveLength(0)
    const stopped = await start(...args, '--max-calls', '7').ended
    expect(stopped.status).toBe(1)
    expect(stopped.stderr).toMatch(/stopped after 7 calls, as --max-calls says/)
    expect(requests).toHaveLength(7)
    expect(await dry()).toMatchObject({
      calls: 40,
      stored: 7,
      seconds: expect.any(Number) as number,
    })
    expect((await start(...args).ended).status).toBe(0)
    expect(requests).toHaveLength(40)
  })
})
