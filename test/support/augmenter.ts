import { Augmenter } from '#src/augmentation/augmenter.js'
import { augmentationConfig } from '#src/augmentation/config.js'
import { syntheticConfig } from '#src/dataset/config.js'
import { splitConfig } from '#src/dataset/split-config.js'
import { splitDataset } from '#src/dataset/split.js'
import { synthesize } from '#src/dataset/synthetic.js'
import type { ChatModel, Completion } from '#src/llm/chat-model.js'

/** A small shop. */
export const shop = synthesize(syntheticConfig.parse({ users: 60, items: 100 }))
export const split = splitDataset(shop, splitConfig.parse({}))
/** The users whose pairs are asked for. */
export const users = split.trainUsers.slice(0, 12)

/** An augmenter of four questions a user. */
export const augmenter = (model: ChatModel, settings = {}) =>
  new Augmenter(shop, split, model, augmentationConfig.parse({ pairsPerUser: 4, ...settings }), {
    seed: 3,
    concurrency: 5,
  })

/** A judge whose answer to each prompt is given. */
export function judge(complete: (prompt: string) => Completion): ChatModel & { calls: number } {
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

/** The two options of a prompt. */
export const options = (prompt: string) =>
  prompt
    .split('\n')
    .filter((line) => /^[12]\. /.test(line))
    .map((line) => line.slice(3))
