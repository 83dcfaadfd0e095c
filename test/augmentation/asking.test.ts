import { expect, it } from 'vitest'
import type { ChatModel } from '#src/llm/chat-model.js'
import { GaveUpError } from '#src/util/errors.js'
import { augmenter, judge, options, shop, users } from '../support/augmenter.js'

/**
 * P("1") by the first letters and a lean to the first option; the same lean without a history,
 * where letters count less.
 */
const leaning = (lean: number) =>
  judge((prompt) => {
    const sign = options(prompt)[0] < options(prompt)[1] ? 1 : -1
    const margin = lean + (prompt.includes('\n- ') ? 1 : 0.25) * sign
    return {
      text: margin > 0 ? '1' : '2',
      firstToken: new Map([
        ['1', 0],
        ['2', -margin],
      ]),
    }
  })

it('a model is asked in both orders, unless it is the offline reader', async () => {
  expect((await augmenter({ ...leaning(0), offline: false }).augment(users)).calls).toBe(96)
  expect((await augmenter(leaning(0)).augment(users)).calls).toBe(48)
})

it('calibration takes out what a model says without a history', async () => {
  const { pairs, calls } = await augmenter(leaning(9), { calibrate: true }).augment(users)
  expect(calls).toBe(96)
  for (const { margin } of pairs) expect(margin).toBeCloseTo(0.75, 12)
  await expect(
    augmenter(
      judge(() => ({ text: '1' })),
      { calibrate: true },
    ).augment(users),
  ).rejects.toThrow(/calibrate needs a model that gives log-probabilities/)
})

it('an answer without a margin fails alone where others have one to calibrate by', async () => {
  let k = 0
  const some = judge(() =>
    k++ % 8 === 3
      ? { text: '1' }
      : {
          text: '1',
          firstToken: new Map([
            ['1', -0.1],
            ['2', -2.4],
          ]),
        },
  )
  const { failures } = await augmenter(some, { calibrate: true }).augment(users)
  expect([...failures]).toEqual([[expect.stringMatching(/to calibrate by/) as string, 12]])
})

it('disagreeing orders are kept by their mean margin, dropped, or given half the weight', async () => {
  const settings = { bothOrders: true }
  const kept = await augmenter(leaning(9), settings).augment(users)
  expect(kept.pairs.map(({ agree }) => agree)).toEqual(Array(48).fill(false))
  expect(kept.pairs[0]).not.toHaveProperty('weight')
  expect(
    (await augmenter(leaning(9), { ...settings, disagreeing: 'drop' }).augment(users)).pairs,
  ).toEqual([])
  expect(
    (
      await augmenter(leaning(9), { ...settings, disagreeing: 'down-weight' }).augment(users)
    ).pairs.map(({ weight }) => weight),
  ).toEqual(Array(48).fill(0.5))
  expect(
    (
      await augmenter(leaning(0), { ...settings, disagreeing: 'down-weight' }).augment(users)
    ).pairs.every(({ weight, agree }) => weight === undefined && agree),
  ).toBe(true)
})

it('likelihood measures what the history adds to each text, and reads a context once a user', async () => {
  const seen: [string, readonly string[]][] = []
  const model: ChatModel = {
    ...judge(() => ({ text: '1' })),
    logLikelihoods(context, texts) {
      seen.push([context, texts])
      // Longer texts are less likely whatever the context; a history adds to those that begin low
      // in the alphabet.
      return Promise.resolve(
        texts.map(
          (text) => -text.length + (context.includes('\n- ') ? 200 - text.charCodeAt(1) : 0),
        ),
      )
    },
  }
  const { pairs, calls, firstPositionShare, flipRate } = await augmenter(model, {
    asking: 'likelihood',
  }).augment(users)
  expect({ calls, firstPositionShare, flipRate }).toEqual({
    calls: 96,
    firstPositionShare: undefined,
    flipRate: undefined,
  })
  for (const { preferred, other, margin } of pairs) {
    const [a, b] = [preferred, other].map((item) => shop.items[item].title!.charCodeAt(0))
    expect(margin).toBe(b - a)
  }
  expect(seen.filter(([context]) => context.includes('\n- '))).toHaveLength(users.length)
  await expect(
    augmenter(
      judge(() => ({ text: '1' })),
      { asking: 'likelihood' },
    ).augment(users),
  ).rejects.toThrow(/likelihood needs a model that knows the probabilities of a prompt/)
})

it('a question without an answer fails alone and says why', async () => {
  let k = 0
  const { pairs, failed, failures } = await augmenter({
    ...judge(() => ({ text: '1' })),
    complete: () =>
      k++ % 4 === 0
        ? Promise.reject(new GaveUpError('the server is busy', true))
        : Promise.resolve({ text: '1' }),
  }).augment(users)
  expect({ pairs: pairs.length, failed, failures: [...failures] }).toEqual({
    pairs: 36,
    failed: 12,
    failures: [['the server is busy', 12]],
  })
})
