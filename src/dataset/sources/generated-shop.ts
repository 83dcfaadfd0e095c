import type { SyntheticConfig } from '../config.js'
import { synthesize } from '../synthetic.js'
import type { DatasetFiles, Source } from './source.js'

/**
 * The generated shop as a source, for a choice of new items: items that nobody has chosen are new
 * items of its catalogue.
 */
export function generatedShop(config: SyntheticConfig): Source & { files: DatasetFiles } {
  const shop = synthesize(config)
  const { name, notes } = shop
  const files: DatasetFiles = { name, interactions: name, notes }
  return {
    name,
    files,
    find: () => [files],
    async read(_, builder) {
      const { user, item, timestamp, rating } = shop.interactions
      user.forEach((u, row) =>
        builder.add(
          {
            user: shop.userIds[u],
            item: shop.itemIds[item[row]],
            timestamp: timestamp![row],
            rating: rating![row],
          },
          { file: name, line: row + 1 },
        ),
      )
      shop.itemIds.forEach((id, index) => {
        if (builder.hasItem(id)) builder.setItem(id, shop.items[index])
        else builder.addNewItem(id, shop.items[index])
      })
      return Promise.resolve()
    },
  }
}
