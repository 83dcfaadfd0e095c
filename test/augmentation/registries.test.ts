import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { askings } from '#src/augmentation/askings/index.js'
import { Augmenter } from '#src/augmentation/augmenter.js'
import { type AugmentationConfig, augmentationConfig } from '#src/augmentation/config.js'
import { placements } from '#src/augmentation/placements/index.js'
import { promptForms } from '#src/augmentation/prompt-forms.js'
import { syntheticConfig } from '#src/dataset/config.js'
import { splitConfig } from '#src/dataset/split-config.js'
import { splitDataset } from '#src/dataset/split.js'
import { synthesize } from '#src/dataset/synthetic.js'
import { readConfig } from '#src/experiment/config.js'
import type { ChatModel } from '#src/llm/chat-model.js'
import type { Prompt } from '#src/llm/chat-request.js'

const shop = synthesize(syntheticConfig.parse({ users: 60, items: 100 }))
const split = splitDataset(shop, splitConfig.parse({}))
const users = split.trainUsers.slice(0, 8)

const number = (text: string) => createHash('sha256').update(text).digest().readUInt16LE() / 2 ** 16

/** Answers from a hash of the prompt, with a strong lean to the first option. */
const judge: ChatModel = {
  name: 'hash',
  offline: false,
  complete([{ content }]) {
    const margin = 4 * number(content) - 0.5
    return Promise.resolve({
      text: '1',
      firstToken: new Map([
        ['1', 0],
        ['2', -margin],
      ]),
    })
  },
  logLikelihoods: (context, texts) => Promise.resolve(texts.map((text) => -number(context + text))),
}

/** All that an augmenter asks, and what it makes of the answers. */
async function outcome(settings: Partial<AugmentationConfig>) {
  const config = augmentationConfig.parse({ pairsPerUser: 4, ...settings })
  const augmenter = new Augmenter(shop, split, judge, config, { seed: 3, concurrency: 2 })
  const prompts: Prompt[] = []
  for await (const prompt of augmenter.prompts(users)) prompts.push(prompt)
  return JSON.stringify([prompts, await augmenter.augment(users)])
}

/** Another value of each setting that some entry claims for itself. */
const others: Partial<AugmentationConfig> = {
  placementDraws: 7,
  historyItems: 2,
  bothOrders: false,
  disagreeing: 'drop',
  calibrate: true,
}

describe.each([
  ['placement', placements],
  ['prompt', promptForms],
  ['asking', askings],
] as const)('the registry %s', (key, registry) => {
  const claimed = [...new Set(registry.entries().flatMap(({ settings }) => settings))]

  it.each(registry.entries().map(({ name, settings }) => [name, settings] as const))(
    'has an entry %s that reads its settings %j and no others',
    async (name, settings) => {
      const plain = await outcome({ [key]: name })
      for (const setting of claimed)
        expect([
          setting,
          (await outcome({ [key]: name, [setting]: others[setting] })) !== plain,
        ]).toEqual([setting, settings.includes(setting)])
    },
  )

  it('refuses an unknown name, and lists the known ones', () =>
    expect(() => readConfig({ augmentation: { [key]: 'none' } })).toThrow(
      new RegExp(`augmentation\\.${key} = "none": unknown .*; known: ${registry.names()[0]}`),
    ))
})

describe('a custom entry', () => {
  it('draws the questions, shows the history and finds out the preference', async () => {
    placements.add({
      name: 'first-items',
      settings: [],
      make:
        ({ items, config }) =>
        () =>
          Array.from({ length: config.pairsPerUser }, (_, k) => [items[2 * k], items[2 * k + 1]]),
    })
    promptForms.add({
      name: 'newest',
      version: 'newest/1',
      settings: [],
      shown: (history) => history.slice(-1),
    })
    askings.add({
      name: 'second',
      settings: [],
      make: ({ config }) => ({
        callsPerPair: 0,
        ask: (user, shown, questions) => {
          expect([config.prompt, shown.length]).toEqual(['newest', 1])
          return Promise.resolve(
            questions.map(([other, preferred]) => ({
              pair: { user, preferred, other },
              calls: 0,
              failures: [],
              ordered: 0,
              first: 0,
            })),
          )
        },
        prompts: () => [],
      }),
    })
    const { augmentation } = readConfig({
      augmentation: {
        pairsPerUser: 1,
        placement: 'first-items',
        prompt: 'newest',
        asking: 'second',
      },
    })
    const run = { seed: 0, concurrency: 1 }
    const augmenter = new Augmenter(shop, split, judge, augmentation, run)
    const [other, preferred] = split.coldItems.all
    expect((await augmenter.augment(users)).pairs).toEqual(
      Array.from(users, (user) => ({ user, preferred, other })),
    )
  })
})
