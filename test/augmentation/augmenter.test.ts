import { describe, expect, it } from 'vitest'
import { readAnswer } from '#src/augmentation/answer.js'
import { Augmenter } from '#src/augmentation/augmenter.js'
import { augmentationConfig } from '#src/augmentation/config.js'
import { promptForms } from '#src/augmentation/prompt.js'
import { questionsFor } from '#src/augmentation/questions.js'
import { syntheticConfig } from '#src/dataset/config.js'
import { splitConfig } from '#src/dataset/split-config.js'
import { splitDataset } from '#src/dataset/split.js'
import { synthesize } from '#src/dataset/synthetic.js'
import type { ChatModel, Completion } from '#src/llm/chat-model.js'
import { llmConfig } from '#src/llm/config.js'
import { chatModel } from '#src/llm/model.js'
import { GaveUpError } from '#src/util/errors.js'
import { stream } from '#src/util/random.js'
import { chatServer } from '../support/chat-server.js'

const shop = synthesize(syntheticConfig.parse({ users: 60, items: 100 }))
const split = splitDataset(shop, splitConfig.parse({}))
const users = split.trainUsers.slice(0, 12)

const augmenter = (model: ChatModel, settings = {}) =>
  new Augmenter(shop, split, model, augmentationConfig.parse({ pairsPerUser: 4, ...settings }), { seed: 3, concurrency: 5 })

/** A judge whose answer to each prompt is given. */
function judge(complete: (prompt: string) => Completion): ChatModel & { calls: number } {
  return {
    name: 'test',
    offline: true,
    calls: 0,
    complete([{ content }]) {
      this.calls++
      return Promise.resolve(complete(content))
    },
  }
}

const options = (prompt: string) => prompt.split('\n').filter((line) => /^[12]\. /.test(line)).map((line) => line.slice(3))

describe('Augmenter', () => {
  it('asks the same of a user whichever selection the user is in, once', async () => {
    const model = judge((prompt) => ({ text: options(prompt)[0] < options(prompt)[1] ? '1' : '2' }))
    const one = augmenter(model)
    const all = await one.augment(users)
    expect(model.calls).toBe(48)
    const some = await one.augment(users.slice(3, 5))
    expect(model.calls).toBe(48)
    const alone = await augmenter(model).augment(users.slice(3, 5))
    expect(alone.pairs).toEqual(some.pairs)
    expect(some).toMatchObject({ calls: 8, failed: 0 })
    expect(some.pairs).toEqual(all.pairs.filter(({ user }) => user === users[3] || user === users[4]))
    expect(all.pairs.every(({ preferred, other }) => split.coldItems.all.includes(preferred) && split.coldItems.all.includes(other) && preferred !== other)).toBe(true)
  })

  it('in both orders: a judge of positions gives no pairs, a judge of texts one a question', async () => {
    const first = await augmenter(judge(() => ({ text: '1' })), { bothOrders: true }).augment(users)
    expect(first).toMatchObject({ pairs: [], calls: 96, failed: 0, firstPositionShare: 1, flipRate: 1 })
    const text = await augmenter(judge((prompt) => ({ text: options(prompt)[0] < options(prompt)[1] ? '1' : '2' })), { bothOrders: true }).augment(users)
    expect(text).toMatchObject({ calls: 96, flipRate: 0, firstPositionShare: 0.5 })
    expect(text.pairs).toHaveLength(48)
  })

  it('in both orders with probabilities: the mean margin, position bias taken out', async () => {
    const biased = judge((prompt) => {
      const margin = 3 + (options(prompt)[0] < options(prompt)[1] ? 1 : -1)
      return { text: '1', firstToken: new Map([['1', -1], ['2', -1 - margin]]) }
    })
    const { pairs, flipRate } = await augmenter(biased, { bothOrders: true }).augment(users)
    expect(flipRate).toBe(1)
    expect(pairs).toHaveLength(48)
    for (const { margin } of pairs) expect(margin).toBeCloseTo(1, 12)
  })

  it('counts what cannot be read and goes on', async () => {
    let k = 0
    const { pairs, calls, failed } = await augmenter(judge(() => ({ text: k++ % 2 === 0 ? 'I prefer the first' : ' 2.\n' }))).augment(users)
    expect({ pairs: pairs.length, calls, failed }).toEqual({ pairs: 24, calls: 48, failed: 24 })
  })

  it('asks a server over HTTP, one user after the other in one conversation prefix', async () => {
    const { url, requests } = await chatServer(() => '1')
    const { pairs } = await augmenter(chatModel(llmConfig.parse({ url, model: 'm' })), { bothOrders: false }).augment(users.slice(0, 2))
    expect(pairs).toHaveLength(8)
    const prefixes = requests.map(({ messages }) => messages[0].content.split('\n\n')[0])
    expect(new Set(prefixes).size).toBe(2)
  })
})

describe('ways of asking', () => {
  /** P("1") by the first letters and a lean to the first option; the same lean without a history, where letters count less. */
  const leaning = (lean: number) =>
    judge((prompt) => {
      const sign = options(prompt)[0] < options(prompt)[1] ? 1 : -1
      const margin = lean + (prompt.includes('\n- ') ? 1 : 0.25) * sign
      return { text: margin > 0 ? '1' : '2', firstToken: new Map([['1', 0], ['2', -margin]]) }
    })

  it('both orders unless the model is the offline reader', async () => {
    expect((await augmenter({ ...leaning(0), offline: false }).augment(users)).calls).toBe(96)
    expect((await augmenter(leaning(0)).augment(users)).calls).toBe(48)
  })

  it('calibration takes out what is said without a history, lean and all', async () => {
    const { pairs, calls } = await augmenter(leaning(9), { calibrate: true }).augment(users)
    expect(calls).toBe(96)
    for (const { margin } of pairs) expect(margin).toBeCloseTo(0.75, 12)
    await expect(augmenter(judge(() => ({ text: '1' })), { calibrate: true }).augment(users)).rejects.toThrow(/calibrate needs a model that gives log-probabilities/)
  })

  it('disagreeing orders: kept by their mean margin, dropped, or at half the weight', async () => {
    const settings = { bothOrders: true }
    const kept = await augmenter(leaning(9), settings).augment(users)
    expect(kept.pairs.map(({ agree }) => agree)).toEqual(Array(48).fill(false))
    expect(kept.pairs[0]).not.toHaveProperty('weight')
    expect((await augmenter(leaning(9), { ...settings, disagreeing: 'drop' }).augment(users)).pairs).toEqual([])
    expect((await augmenter(leaning(9), { ...settings, disagreeing: 'down-weight' }).augment(users)).pairs.map(({ weight }) => weight)).toEqual(Array(48).fill(0.5))
    expect((await augmenter(leaning(0), { ...settings, disagreeing: 'down-weight' }).augment(users)).pairs.every(({ weight, agree }) => weight === undefined && agree)).toBe(true)
  })

  it('likelihood: what the history adds to the likelihood of each text; no order, the context read once a user', async () => {
    const seen: [string, readonly string[]][] = []
    const model: ChatModel = {
      ...judge(() => ({ text: '1' })),
      logLikelihoods(context, texts) {
        seen.push([context, texts])
        // Longer texts are less likely whatever the context; a history adds to those that begin low in the alphabet.
        return Promise.resolve(texts.map((text) => -text.length + (context.includes('\n- ') ? 200 - text.charCodeAt(1) : 0)))
      },
    }
    const { pairs, calls, firstPositionShare, flipRate } = await augmenter(model, { asking: 'likelihood' }).augment(users)
    expect({ calls, firstPositionShare, flipRate }).toEqual({ calls: 96, firstPositionShare: undefined, flipRate: undefined })
    for (const { preferred, other, margin } of pairs) {
      const [a, b] = [preferred, other].map((item) => shop.items[item].title!.charCodeAt(0))
      expect(margin).toBe(b - a)
    }
    expect(seen.filter(([context]) => context.includes('\n- '))).toHaveLength(users.length)
    await expect(augmenter(judge(() => ({ text: '1' })), { asking: 'likelihood' }).augment(users)).rejects.toThrow(/likelihood needs a model that knows the probabilities of a prompt/)
  })

  it('a question that got no answer fails alone, and says why', async () => {
    let k = 0
    const { pairs, failed, failures } = await augmenter({
      ...judge(() => ({ text: '1' })),
      complete: () => (k++ % 4 === 0 ? Promise.reject(new GaveUpError('the server is busy', true)) : Promise.resolve({ text: '1' })),
    }).augment(users)
    expect({ pairs: pairs.length, failed, failures: [...failures] }).toEqual({ pairs: 36, failed: 12, failures: [['the server is busy', 12]] })
  })
})

describe('readAnswer', () => {
  it.each([
    ['1', true],
    [' "2"\n', false],
    ['**1**', true],
    ['{"answer": "2"}', false],
  ])('%j', (text, first) => expect(readAnswer({ text })).toEqual({ first }))

  it.each(['', '12', 'Option 1', '3', '1 or 2'])('refuses %j', (text) => expect(() => readAnswer({ text })).toThrow(/allowed: 1 or 2/))

  it('takes the log-probabilities where both digits have one', () => {
    expect(readAnswer({ text: 'Well', firstToken: new Map([[' 1', -2], ['2', -0.5]]) })).toEqual({ first: false, margin: -1.5 })
    expect(() => readAnswer({ text: 'Well', firstToken: new Map([['1', -2]]) })).toThrow()
  })
})

it('questions are pairs of distinct items, none twice, by user and seed alone', () => {
  const items = Int32Array.from({ length: 9 }, (_, k) => 100 + k)
  const questions = questionsFor('u', items, 18, 1)
  expect(new Set(questions.map(([a, b]) => `${Math.min(a, b)} ${Math.max(a, b)}`)).size).toBe(18)
  expect(questions.every(([a, b]) => a !== b)).toBe(true)
  expect(questionsFor('u', items, 18, 1)).toEqual(questions)
  expect(questionsFor('v', items, 18, 1)).not.toEqual(questions)
  expect(questionsFor('u', items.slice(0, 2), 5, 1)).toHaveLength(5)
})

describe('placement', () => {
  const gaps = async (placement: string) => {
    const { pairs } = await augmenter(chatModel(llmConfig.parse({})), { placement, placementDraws: 4 }).augment(users)
    return { pairs, mean: pairs.reduce((sum, { margin }) => sum + margin!, 0) / pairs.length }
  }

  it('confident asks what the texts tell apart, uncertain what they do not', async () => {
    const [confident, uniform, uncertain] = [await gaps('confident'), await gaps('uniform'), await gaps('uncertain')]
    expect(confident.mean).toBeGreaterThan(1.2 * uniform.mean)
    expect(uncertain.mean).toBeLessThan(0.8 * uniform.mean)
    expect(confident.pairs).toHaveLength(48)
  })

  it('balanced shows a user no item twice while there are others', async () => {
    const { pairs } = await gaps('balanced')
    for (const user of users) {
      const items = pairs.filter((pair) => pair.user === user).flatMap(({ preferred, other }) => [preferred, other])
      expect(new Set(items).size).toBe(8)
    }
  })
})

describe('prompt forms', () => {
  const history = [3, 5, 1, 5].map((rating, k) => ({ text: { title: `item ${k}` }, rating }))
  const titles = (form: keyof typeof promptForms, seed = 0) => promptForms[form].shown(history, 2, stream(seed)).map(({ text }) => text.title)

  it('show the part of the history that they say', () => {
    expect(titles('llm-user')).toEqual(['item 0', 'item 1', 'item 2', 'item 3'])
    expect(titles('llm-user-recent-n')).toEqual(['item 2', 'item 3'])
    expect(titles('llm-user-top-rated')).toEqual(['item 1', 'item 3'])
    expect(titles('no-history')).toEqual([])
    const lengths = new Set(Array.from({ length: 40 }, (_, seed) => titles('llm-interaction', seed).length))
    expect([...lengths].sort()).toEqual([0, 1, 2, 3])
  })
})
