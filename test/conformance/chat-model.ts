import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readSettings } from '#src/experiment/config.js'
import { chatBackend, chatModels } from '#src/llm/backends/index.js'
import type { ChatModel, Completion, Message } from '#src/llm/chat-model.js'
import { chatModel, type ChatOptions, fingerprintOf, inFlightOf } from '#src/llm/model.js'
import { InterruptedError } from '#src/util/errors.js'
import { folderOf } from '../support/files.js'

/** A chat model to be tested, as its settings ask for it. */
export interface Candidate {
  /** Its name in the registry. */
  backend: string
  /** The `llm` settings; called once a test. */
  settings(): object | Promise<object>
  /** How far two answers to the same question may be apart, nats. Default: not at all. */
  tolerance?: number
}

/** Different questions, as an augmenter asks them. */
const question = (k: number): Message[] => [
  {
    role: 'user',
    content: [
      'Suppose you are a user who has chosen these items, oldest first:',
      `- Rose Soap ${'and water '.repeat(k)}`,
      '',
      'Which of these two new items would you prefer?',
      `1. ${['Boar Brush', 'Rose Cream', 'Blue Lamp'][k % 3]}`,
      `2. ${['Rose Oil', 'Tin Box', 'Soap Dish'][k % 3]}`,
      '',
      'Answer 1 or 2 and nothing else.',
    ].join('\n'),
  },
]
const options = { maxTokens: 1, promptVersion: 'conformance/1' }

/**
 * The contract of ChatModel and of its back-end, of which nothing else is known here.
 * @param skip - whether there is nothing to test
 */
export function conformance({ backend, settings, tolerance = 0 }: Candidate, skip = false): void {
  const configured = async () => readSettings({ llm: await settings() })
  const open = async (more: ChatOptions = {}) => {
    const { config, runtime } = await configured()
    return chatModel(config.llm, { runtime: runtime.llm, ...more })
  }
  const test = (name: string, check: () => Promise<void>) => it.skipIf(skip)(name, check, 120_000)

  describe('its back-end', () => {
    test('is the one in the registry that the settings ask for', async () => {
      expect(chatBackend((await configured()).config.llm)).toBe(chatModels.get(backend))
    })

    test('has one fingerprint for equal settings, or none', async () => {
      const { llm } = (await configured()).config
      const fingerprint = fingerprintOf(llm)
      expect(fingerprintOf(structuredClone(llm))).toBe(fingerprint)
      if (fingerprint !== undefined) expect(fingerprint).not.toBe('')
    })

    test('takes at least one question at a time, and no more than it may', async () => {
      const { config, runtime } = await configured()
      const inFlight = inFlightOf(config.llm, runtime.llm)
      expect(Number.isInteger(inFlight)).toBe(true)
      expect(inFlight).toBeGreaterThanOrEqual(1)
      expect(inFlight).toBeLessThanOrEqual(runtime.llm.concurrency)
    })
  })

  describe('the model', () => {
    test('has a name, and says whether it is offline', async () => {
      const { name, offline } = await open()
      expect(name).not.toBe('')
      expect(typeof offline).toBe('boolean')
    })

    test('answers with a text, log-probabilities and whole numbers of tokens', async () => {
      checkCompletion(await (await open()).complete(question(0), options))
    })

    test('answers each of many questions at a time as it answers it alone', async () => {
      const model = await open()
      const alone: Completion[] = []
      for (let k = 0; k < 3; k++) alone.push(await model.complete(question(k), options))
      const together = await Promise.all(alone.map((_, k) => model.complete(question(k), options)))
      alone.forEach((one, k) => expectSame(together[k], one, tolerance))
    })

    test('stops a question whose signal has fired', async () => {
      const model = await open()
      const signal = AbortSignal.abort()
      await expect(model.complete(question(0), { ...options, signal })).rejects.toBeInstanceOf(
        InterruptedError,
      )
      checkCompletion(await model.complete(question(0), options))
    })

    test('answers a question whose signal fires too late, or stops it', async () => {
      const stop = new AbortController()
      const asked = (await open()).complete(question(0), { ...options, signal: stop.signal })
      stop.abort()
      await asked.then(checkCompletion, (error: unknown) =>
        expect(error).toBeInstanceOf(InterruptedError),
      )
    })

    test('gives each text a likelihood of its own, where it gives any', async () => {
      const model = await open()
      if (!model.logLikelihoods) return
      const context = 'Monday, Tuesday, Wednesday, Thursday,'
      const texts = [' Friday', ' Potato', ' Friday']
      const likelihoods = await model.logLikelihoods(context, texts, {})
      expect(likelihoods).toHaveLength(3)
      for (const value of likelihoods) expect(value).toBeLessThanOrEqual(0)
      expect(likelihoods[0]).not.toBeCloseTo(likelihoods[1], 3)
      const alone = await model.logLikelihoods(context, [' Friday'], {})
      for (const value of [likelihoods[2], ...alone])
        expect(Math.abs(value - likelihoods[0])).toBeLessThanOrEqual(tolerance)
    })
  })

  describe('the answer store', () => {
    test('keeps the answers of a model with a fingerprint, and of no other', async () => {
      const answers = join(folderOf({}), 'store')
      const llm = await settings()
      const { config, runtime } = readSettings({ llm })
      const stored = (more: ChatOptions = {}): ChatModel =>
        chatModel(config.llm, { runtime: runtime.llm, answers, ...more })
      const completion = await stored().complete(question(0), options)
      if (fingerprintOf(config.llm) === undefined) return expect(existsSync(answers)).toBe(false)
      const replay = stored({ replay: true })
      expect(await replay.complete(question(0), options)).toEqual(completion)
      await expect(replay.complete(question(1), options)).rejects.toThrow(/no stored answer/)
      const context = 'Monday, Tuesday,'
      if (!replay.logLikelihoods) return
      const likelihoods = await stored().logLikelihoods!(context, [' Wednesday'], {})
      expect(await replay.logLikelihoods(context, [' Wednesday'], {})).toEqual(likelihoods)
    })

    test('counts calls against a limit', async () => {
      const model = await open({ maxCalls: 1 })
      await model.complete(question(0), options)
      await expect(model.complete(question(1), options)).rejects.toThrow(/--max-calls/)
    })
  })
}

function checkCompletion({ text, firstToken, usage }: Completion): void {
  expect(typeof text).toBe('string')
  const values = [...(firstToken ?? new Map<string, number>()).values()]
  for (const value of values) expect(value).toBeLessThanOrEqual(0)
  const sum = values.reduce((total, value) => total + Math.exp(value), 0)
  expect(sum).toBeLessThanOrEqual(1 + 1e-9)
  for (const count of Object.values(usage ?? {})) {
    expect(Number.isInteger(count)).toBe(true)
    expect(count).toBeGreaterThanOrEqual(0)
  }
  if (usage) expect(usage.cached).toBeLessThanOrEqual(usage.prompt)
}

function expectSame(a: Completion, b: Completion, tolerance: number): void {
  if (tolerance === 0) expect(a.text).toBe(b.text)
  expect([...(a.firstToken?.keys() ?? [])]).toEqual([...(b.firstToken?.keys() ?? [])])
  for (const [token, value] of a.firstToken ?? [])
    expect(Math.abs(value - b.firstToken!.get(token)!)).toBeLessThanOrEqual(tolerance)
}
