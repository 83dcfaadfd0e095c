import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { readAnswer } from '#src/augmentation/answer.js'
import { promptTokens } from '#src/llm/tokens.js'
import { ProviderError, UnderstudyError } from '#src/util/errors.js'
import { chat } from '../support/chat.js'
import { completion } from '../support/chat-server.js'
import { folderOf } from '../support/files.js'
import { oddAnswers } from '../support/odd-answers.js'
import { put, rawServer } from '../support/raw-server.js'

const questions = 5000
const maxRetries = 2

/** The shape of the answer to a question, for 30 % of them; undefined for a right answer. */
function oddOf(question: string) {
  const hash = createHash('sha256').update(question).digest()
  return hash[0] < 0.3 * 256 ? oddAnswers[hash.readUInt16LE(1) % oddAnswers.length] : undefined
}
const right = (question: string) => (Number(question) % 3 === 0 ? '1' : '2')

it(`${questions} questions, 30 % of whose answers are odd, are right or fail, and are asked as often as counted`, async () => {
  const { url, requests } = await rawServer((response, { body }) => {
    const [{ content }] = body['messages'] as { content: string }[]
    put(response, oddOf(content)?.[1] ?? completion(right(content), { [right(content)]: -0.1 }))
  })
  const settings = { url, model: 'm', maxRetries, retryMilliseconds: 1, concurrency: 32 }
  const model = chat(settings, { answers: folderOf({}) })
  let retries = 0
  let failed = 0
  const check = async (question: string) => {
    const expected = oddOf(question)?.[2] ?? right(question)
    try {
      const asked = [{ role: 'user' as const, content: question }]
      const { first, margin } = readAnswer(await model.complete(asked, { maxTokens: 1 }))
      const by = margin === undefined ? '' : ` by ${Number(margin.toFixed(9))}`
      expect(`${first ? 1 : 2}${by}`).toBe(expected)
    } catch (error) {
      if (!(error instanceof UnderstudyError)) throw error
      failed++
      if (error instanceof ProviderError && error.retryable) retries += maxRetries
      expect(error.message).toMatch(expected)
    }
  }
  const waiting = Array.from({ length: questions }, (_, k) => String(k)).values()
  const worker = async () => {
    for (const question of waiting) await check(question)
  }
  await Promise.all(Array.from({ length: 32 }, worker))
  expect(failed).toBeGreaterThan(300)
  expect(requests).toHaveLength(questions + retries)
})

it('what odd answers cost stays within --max-cost, whatever they say of their tokens', async () => {
  const { url, requests } = await rawServer((response, { body }) => {
    const [{ content }] = body['messages'] as { content: string }[]
    put(response, oddOf(content)?.[1] ?? completion(right(content), { [right(content)]: -0.1 }))
  })
  const price = { input: 1e6, output: 1e6, currency: 'USD', date: '2026-11-01' }
  const settings = { url, model: 'm', maxRetries, retryMilliseconds: 1, concurrency: 32, price }
  const maxCost = 3000
  const model = chat(settings, { answers: folderOf({}), maxCost })
  const ask = (k: number) => {
    const asked = [{ role: 'user' as const, content: String(k) }]
    return model.complete(asked, { maxTokens: 1 }).catch((error: unknown) => {
      expect(error).toBeInstanceOf(UnderstudyError)
    })
  }
  await Promise.all(Array.from({ length: 1000 }, (_, k) => ask(k)))
  const tokens = await promptTokens([{ role: 'user', content: '1' }])
  expect(requests.length).toBeGreaterThan(20)
  expect(requests.length * (tokens + 1)).toBeLessThanOrEqual(maxCost)
})
