import type { Dataset } from './dataset.js'
import { fingerprint } from './fingerprint.js'
import type { Split } from './split.js'

/**
 * The train interactions and their items as a data set, with the same users. Splitting it again
 * makes a rehearsal: its cold items are warm ones pretended cold, whose truth is known.
 */
export function trainPart(dataset: Dataset, split: Split): Dataset {
  const { train } = split
  const warm = new Int32Array(dataset.itemIds.length).fill(-1)
  const kept: number[] = []
  for (const item of train.item) if (warm[item] < 0) warm[item] = kept.push(item) - 1
  const user = new Int32Array(train.item.length)
  for (let u = 0; u + 1 < train.start.length; u++) user.fill(u, train.start[u], train.start[u + 1])
  const part = {
    name: `${dataset.name} before the cut`,
    userIds: dataset.userIds,
    itemIds: kept.map((item) => dataset.itemIds[item]),
    items: kept.map((item) => dataset.items[item]),
    interactions: {
      user,
      item: train.item.map((item) => warm[item]),
      ...(train.timestamp ? { timestamp: train.timestamp } : {}),
      ...(train.rating ? { rating: train.rating } : {}),
    },
    ...(dataset.ratingText !== undefined && { ratingText: dataset.ratingText }),
    notes: [],
  }
  return { ...part, fingerprint: fingerprint(part) }
}
