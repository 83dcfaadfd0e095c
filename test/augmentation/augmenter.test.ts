import { describe, expect, it } from 'vitest'
import { uniformQuestions } from '#src/augmentation/placements/uniform.js'
import { promptForms } from '#src/augmentation/prompt-forms.js'
import { llmConfig } from '#src/llm/config.js'
import { chatModel } from '#src/llm/model.js'
import { stream } from '#src/util/random.js'
import { augmenter, judge, options, split, users } from '../support/augmenter.js'
import { chatServer } from '../support/chat-server.js'

describe('an augmenter', () => {
  it('asks a user the same questions in every selection, and asks them once', async () => {
    const model = judge((prompt) => ({ text: options(prompt)[0] < options(prompt)[1] ? '1' : '2' }))
    const one = augmenter(model)
    const all = await one.augment(users)
    expect(model.calls).toBe(48)
    const some = await one.augment(users.slice(3, 5))
    expect(model.calls).toBe(48)
    const alone = await augmenter(model).augment(users.slice(3, 5))
    expect(alone.pairs).toEqual(some.pairs)
    expect(some).toMatchObject({ calls: 8, failed: 0 })
    expect(some.pairs).toEqual(
      all.pairs.filter(({ user }) => user === users[3] || user === users[4]),
    )
    expect(
      all.pairs.every(
        ({ preferred, other }) =>
          split.coldItems.all.includes(preferred) &&
          split.coldItems.all.includes(other) &&
          preferred !== other,
      ),
    ).toBe(true)
  })

  it('gets no pair from a judge of positions, and one a question from a judge of texts', async () => {
    const first = await augmenter(
      judge(() => ({ text: '1' })),
      { bothOrders: true },
    ).augment(users)
    expect(first).toMatchObject({
      pairs: [],
      calls: 96,
      failed: 0,
      firstPositionShare: 1,
      flipRate: 1,
    })
    const text = await augmenter(
      judge((prompt) => ({ text: options(prompt)[0] < options(prompt)[1] ? '1' : '2' })),
      { bothOrders: true },
    ).augment(users)
    expect(text).toMatchObject({ calls: 96, flipRate: 0, firstPositionShare: 0.5 })
    expect(text.pairs).toHaveLength(48)
  })

  it('gives the mean margin of both orders, without position bias', async () => {
    const biased = judge((prompt) => {
      const margin = 3 + (options(prompt)[0] < options(prompt)[1] ? 1 : -1)
      return {
        text: '1',
        firstToken: new Map([
          ['1', -1],
          ['2', -1 - margin],
        ]),
      }
    })
    const { pairs, flipRate } = await augmenter(biased, { bothOrders: true }).augment(users)
    expect(flipRate).toBe(1)
    expect(pairs).toHaveLength(48)
    for (const { margin } of pairs) expect(margin).toBeCloseTo(1, 12)
  })

  it('counts what cannot be read, and goes on', async () => {
    let k = 0
    const { pairs, calls, failed } = await augmenter(
      judge(() => ({ text: k++ % 2 === 0 ? 'I prefer the first' : ' 2.\n' })),
    ).augment(users)
    expect({ pairs: pairs.length, calls, failed }).toEqual({ pairs: 24, calls: 48, failed: 24 })
  })

  it('asks a server one user after the other, each in one conversation prefix', async () => {
    const { url, requests } = await chatServer(() => '1')
    const { pairs } = await augmenter(chatModel(llmConfig.parse({ url, model: 'm' })), {
      bothOrders: false,
    }).augment(users.slice(0, 2))
    expect(pairs).toHaveLength(8)
    const prefixes = requests.map(({ messages }) => messages[0].content.split('\n\n')[0])
    expect(new Set(prefixes).size).toBe(2)
  })
})

it('questions are pairs of distinct items, drawn by user and seed alone, none twice', () => {
  const items = Int32Array.from({ length: 9 }, (_, k) => 100 + k)
  const questions = uniformQuestions('u', items, 18, 1)
  expect(new Set(questions.map(([a, b]) => `${Math.min(a, b)} ${Math.max(a, b)}`)).size).toBe(18)
  expect(questions.every(([a, b]) => a !== b)).toBe(true)
  expect(uniformQuestions('u', items, 18, 1)).toEqual(questions)
  expect(uniformQuestions('v', items, 18, 1)).not.toEqual(questions)
  expect(uniformQuestions('u', items.slice(0, 2), 5, 1)).toHaveLength(5)
})

describe('the placement', () => {
  const gaps = async (placement: string) => {
    const { pairs } = await augmenter(chatModel(llmConfig.parse({})), {
      placement,
      placementDraws: 4,
    }).augment(users)
    return { pairs, mean: pairs.reduce((sum, { margin }) => sum + margin!, 0) / pairs.length }
  }

  it('confident asks what the texts tell apart, uncertain what they do not', async () => {
    const [confident, uniform, uncertain] = [
      await gaps('confident'),
      await gaps('uniform'),
      await gaps('uncertain'),
    ]
    expect(confident.mean).toBeGreaterThan(1.2 * uniform.mean)
    expect(uncertain.mean).toBeLessThan(0.8 * uniform.mean)
    expect(confident.pairs).toHaveLength(48)
  })

  it('balanced shows a user no item twice while there are others', async () => {
    const { pairs } = await gaps('balanced')
    for (const user of users) {
      const items = pairs
        .filter((pair) => pair.user === user)
        .flatMap(({ preferred, other }) => [preferred, other])
      expect(new Set(items).size).toBe(8)
    }
  })
})

describe('a prompt form', () => {
  const history = [3, 5, 1, 5].map((rating, k) => ({ text: { title: `item ${k}` }, rating }))
  const titles = (form: string, seed = 0) =>
    promptForms
      .get(form)
      .shown(history, 2, stream(seed))
      .map(({ text }) => text.title)

  it('shows the part of the history that its name says', () => {
    expect(titles('llm-user')).toEqual(['item 0', 'item 1', 'item 2', 'item 3'])
    expect(titles('llm-user-recent-n')).toEqual(['item 2', 'item 3'])
    expect(titles('llm-user-top-rated')).toEqual(['item 1', 'item 3'])
    expect(titles('no-history')).toEqual([])
    const lengths = new Set(
      Array.from({ length: 40 }, (_, seed) => titles('llm-interaction', seed).length),
    )
    expect([...lengths].sort()).toEqual([0, 1, 2, 3])
  })
})
