import { expect } from 'vitest'
import { Augmenter } from '#src/augmentation/augmenter.js'
import { augmentationConfig } from '#src/augmentation/config.js'
import { promptMessages } from '#src/augmentation/prompt.js'
import { syntheticConfig } from '#src/dataset/config.js'
import { splitConfig } from '#src/dataset/split-config.js'
import { splitDataset } from '#src/dataset/split.js'
import { synthesize } from '#src/dataset/synthetic.js'
import { fakeOpenai } from './fake-openai.js'
import { answerTo } from './fake-answer.mjs'
import { chat } from './chat.js'
import { folderOf } from './files.js'

/**
 * Asks 20 questions for each of so many users at a server that spoils 30 % of the requests and
 * never answers 2 % of the prompts; checks that no pair is wrong.
 */
export async function askFaultyServer(
  numUsers: number,
  onUser: (finished: number) => void = () => {},
) {
  const shop = synthesize(syntheticConfig.parse({ users: 600, items: 1200 }))
  const split = splitDataset(shop, splitConfig.parse({}))
  // A request that hangs is given up after a second; every other one is answered at once.
  const server = await fakeOpenai({ faults: 0.3, wrong: 0.02, hang: 2000 })
  const settings = {
    url: server.url,
    model: 'm',
    concurrency: 32,
    retryMilliseconds: 2,
    timeoutSeconds: 1,
    maxRetries: 6,
  }
  const augmenter = new Augmenter(
    shop,
    split,
    chat(settings, { answers: folderOf({}) }),
    augmentationConfig.parse({ pairsPerUser: 10, prompt: 'no-history' }),
    { seed: 0, concurrency: 32 },
  )
  let finished = 0
  const { pairs, calls, failed, failures } = await augmenter.augment(
    split.trainUsers.slice(0, numUsers),
    () => onUser?.(++finished),
  )
  expect([...failures.keys()].join('\n')).toMatch(/the model answered "Both"/)
  for (const { user, preferred, other, margin } of pairs) {
    const [low, high] = [preferred, other].sort((x, y) => x - y)
    const margins = [
      [low, high],
      [high, low],
    ].map(([a, b]) => signed(promptMessages([], shop.items[a], shop.items[b])[0].content))
    const mean = (margins[0] - margins[1]) / 2
    expect({ user, preferred, margin }).toEqual({
      user,
      preferred: mean > 0 ? low : high,
      margin: expect.closeTo(Math.abs(mean), 6) as number,
    })
  }
  const { requests, faults } = await server.stats()
  return { calls, failed, requests, faults }
}

/** log(P("1") / P("2")) of the server's answer. */
function signed(prompt: string): number {
  const { text, margin } = answerTo(prompt)
  return text === '1' ? margin : -margin
}
