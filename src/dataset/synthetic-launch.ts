import type { SyntheticConfig } from './config.js'
import type { Dataset } from './dataset.js'
import { cleanDataset } from './clean.js'
import { splitDataset } from './split.js'
import { splitConfig } from './split-config.js'
import { synthesize } from './synthetic.js'
import { datasetConfig } from './config.js'

/**
 * The generated shop on the day of a launch: items first chosen in the last fifth of the time are
 * new, and what came later has not happened yet.
 */
export function synthesizeLaunch(config: SyntheticConfig): Dataset {
  const shop = synthesize(config)
  const split = splitDataset(shop, splitConfig.parse({ quantile: 0.8 }))
  const { timestamp, rating, ...rest } = shop.interactions
  const before = rest.user
    .map((_, k) => (timestamp![k] < split.cut! ? k : -1))
    .filter((k) => k >= 0)
  const pick = <T extends Int32Array | Float64Array | Float32Array>(values: T): T =>
    (values.constructor as unknown as { from(rows: Iterable<number>): T }).from(
      Array.from(before, (k) => values[k]),
    )
  const cold = [...split.coldItems.all]
  const newItems = {
    ids: cold.map((item) => shop.itemIds[item]),
    items: cold.map((item) => shop.items[item]),
  }
  return cleanDataset(
    {
      name: shop.name,
      userIds: shop.userIds,
      itemIds: shop.itemIds,
      user: pick(rest.user),
      item: pick(rest.item),
      timestamp: pick(timestamp!),
      rating: rating && pick(rating),
      items: shop.items,
      newItems,
      findings: [],
      placeOf: (row) => ({ file: shop.name, line: row + 1 }),
    },
    datasetConfig.parse({}),
  )
}
